#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Sigmoid linear unit.
struct Silu {
  static constexpr std::string_view name = "silu";
  static constexpr std::string_view meaning = "sigmoid linear unit, swish";
  static constexpr std::string_view equations = "y = x / (1 + exp(-x))";
  static constexpr std::string_view source = "Elfwing, Uchibe & Doya 2018, Neural Networks 107:3";
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    return x * cajal::sigmoid(x);
  }
};

}  // namespace cajal
