#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The covariance rule: values count from their running means.
struct Covariance {
  static constexpr std::string_view name = "covariance";
  static constexpr std::string_view meaning = "the product of what both values are above their running means";
  static constexpr std::string_view equations =
      "dw = rate (x - <x>) (y - <y>);  then <x> += k (x - <x>), <y> += k (y - <y>)\n"
      "k = 1 - exp(-1 / tau), or 1 - exp(-dt / tau)";
  static constexpr std::string_view source =
      "Sejnowski 1977, J. Math. Biol. 4:303; Dayan & Abbott 2001, Theoretical Neuroscience, eq. 8.8";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T rate, tau, initial;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"),
             field(&P::tau, "tau", span_unit, 1000, config::positive, "time constant of the means"),
             field(&P::initial, "initial", "", 0, config::any_number, "both means at the start"));
  static constexpr AverageText pre_state{"x_mean", "running mean of what each source unit sends"};
  static constexpr AverageText post_state{"y_mean", "running mean of what each target unit sends"};

  template <class T>
  static T pre_average(const T& x, const Parameters<T>&) {
    return x;
  }
  template <class T>
  static T post_average(const T& y, const Parameters<T>&) {
    return y;
  }
  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * (s.x - s.x_mean) * (s.y - s.y_mean);
  }
};

}  // namespace cajal
