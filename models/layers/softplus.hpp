#pragma once

#include "sim/model.hpp"
#include "sim/number/activation_functions.hpp"

namespace cajal {

/// Smooth rectified unit. PyTorch goes over to y = x where beta x > 20: within 2.1e-9 of this.
struct Softplus {
  static constexpr std::string_view name = "softplus";
  static constexpr std::string_view meaning = "smooth rectified unit";
  static constexpr std::string_view equations = "y = ln(1 + exp(beta x)) / beta";
  static constexpr std::string_view source = "Dugas et al. 2001, NeurIPS";
  template <class T>
  struct Parameters {
    T beta;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::beta, "beta", "", 1, {1e-6, 1e6}, "sharpness"));

  template <class T, class Q>
  static T activation(const T& x, const Q& p) {
    return cajal::softplus(p.beta * x) / p.beta;
  }
};

}  // namespace cajal
