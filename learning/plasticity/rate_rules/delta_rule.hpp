#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The delta rule: least mean squares, one sample after the other.
struct DeltaRule {
  static constexpr std::string_view name = "delta";
  static constexpr std::string_view meaning = "delta rule of Widrow & Hoff: least squares of what a teacher says";
  static constexpr std::string_view equations =
      "dw = rate (target - y) x;  a bias learns as the weight of an x that is always 1";
  static constexpr std::string_view source = "Widrow & Hoff 1960, IRE WESCON Convention Record 4:96";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::target};

  template <class T>
  struct Parameters {
    T rate;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"));
  static constexpr bool supervised = true, learns_bias = true;

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * (s.target - s.y) * s.x;
  }
};

}  // namespace cajal
