#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The generalised Hebbian algorithm: unit k of a linear layer learns principal component k.
struct Sanger {
  static constexpr std::string_view name = "sanger";
  static constexpr std::string_view meaning = "generalised Hebbian algorithm: the first principal components, in order";
  static constexpr std::string_view equations =
      "dw_kj = rate y_k (x_j - sum_{l <= k} y_l w_lj)\n"
      "y_k = sum_j w_kj x_j:  row k becomes eigenvector k of <x x^T>, from the largest eigenvalue on";
  static constexpr std::string_view source = "Sanger 1989, Neural Networks 2:459, eq. 3";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight,
                                     Information::other_units};

  template <class T>
  struct Parameters {
    T rate;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"));
  static constexpr bool sums_over_units = true;

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * s.y * (s.x - s.sum);
  }
};

}  // namespace cajal
