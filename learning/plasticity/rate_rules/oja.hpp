#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// Oja's rule: the weights of a linear unit turn to the first principal component of its input and become 1 long.
struct Oja {
  static constexpr std::string_view name = "oja";
  static constexpr std::string_view meaning = "Oja's rule: the first principal component of the input";
  static constexpr std::string_view equations =
      "dw = rate y (x - alpha y w)\n"
      "y = sum_j w_j x_j:  w becomes the eigenvector of <x x^T> with the largest eigenvalue, |w|^2 = 1 / alpha";
  static constexpr std::string_view source = "Oja 1982, J. Math. Biol. 15:267, eq. 3";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T rate, alpha;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"),
             field(&P::alpha, "alpha", "", 1, config::positive, "strength of the decay, 1 / |w|^2 at the end"));

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * s.y * (s.x - p.alpha * s.y * s.w);
  }
};

}  // namespace cajal
