#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Rectified linear unit.
struct Relu {
  static constexpr std::string_view name = "relu";
  static constexpr std::string_view meaning = "rectified linear unit";
  static constexpr std::string_view equations = "y = max(0, x)";
  static constexpr std::string_view source = "Nair & Hinton 2010, ICML";
  static constexpr bool in_place = true, identity = false;
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    return where(x <= T(0), T(0), x);
  }
};

}  // namespace cajal
