#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Identity: the activation of logits and of regressions.
struct Identity {
  static constexpr std::string_view name = "linear";
  static constexpr std::string_view meaning = "passes its input on";
  static constexpr std::string_view equations = "y = x";
  static constexpr std::string_view source = "the affine part of any layer";
  static constexpr bool in_place = true, identity = true;
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    return x;
  }
};

}  // namespace cajal
