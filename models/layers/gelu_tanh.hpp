#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Gaussian error linear unit in the form that PyTorch calls `approximate='tanh'`.
struct GeluTanh {
  static constexpr std::string_view name = "gelu_tanh";
  static constexpr std::string_view meaning = "Gaussian error linear unit, approximated by tanh";
  static constexpr std::string_view equations = "y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2";
  static constexpr std::string_view source = "Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2";
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    const T inner = T(0.79788456080286535588) * (x + T(0.044715) * x * x * x);
    return T(0.5) * x * (T(1) + cajal::tanh(inner));
  }
};

}  // namespace cajal
