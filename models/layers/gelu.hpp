#pragma once

#include "sim/model.hpp"
#include "sim/number/activation_functions.hpp"

namespace cajal {

/// Gaussian error linear unit in its exact form, PyTorch's default.
struct Gelu {
  static constexpr std::string_view name = "gelu";
  static constexpr std::string_view meaning = "Gaussian error linear unit";
  static constexpr std::string_view equations = "y = x (1 + erf(x / sqrt(2))) / 2";
  static constexpr std::string_view source = "Hendrycks & Gimpel 2016, arXiv:1606.08415";
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    return x * cajal::normal_cdf(x);
  }
};

}  // namespace cajal
