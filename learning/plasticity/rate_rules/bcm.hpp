#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The rule of Bienenstock, Cooper & Munro with the sliding threshold of Intrator & Cooper.
struct Bcm {
  static constexpr std::string_view name = "bcm";
  static constexpr std::string_view meaning = "BCM: a threshold that slides with the mean square of the output";
  static constexpr std::string_view equations =
      "dw = rate (x y (y - theta) - decay w);  then theta += k (y^2 / y_0 - theta)\n"
      "k = 1 - exp(-1 / tau), or 1 - exp(-dt / tau); theta must move faster than the weights, or they oscillate";
  static constexpr std::string_view source =
      "Bienenstock, Cooper & Munro 1982, J. Neurosci. 2:32; Intrator & Cooper 1992, Neural Networks 5:3, eq. 2.4";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T rate, tau, initial, y_0, decay;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"),
             field(&P::tau, "tau", span_unit, 100, config::positive, "time constant of the threshold"),
             field(&P::initial, "initial", "", 0, config::not_negative, "threshold at the start"),
             field(&P::y_0, "y_0", "", 1, config::positive, "scale of the output"),
             field(&P::decay, "decay", "", 0, config::not_negative, "strength of the decay of the weight"));
  static constexpr AverageText post_state{"theta", "sliding threshold of each unit"};

  template <class T>
  static T post_average(const T& y, const Parameters<T>& p) {
    return y * y / p.y_0;
  }
  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * (s.x * s.y * (s.y - s.y_mean) - p.decay * s.w);
  }
};

}  // namespace cajal
