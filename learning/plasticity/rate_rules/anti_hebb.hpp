#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// Anti-Hebbian learning: lateral weights that take away what units have in common.
struct AntiHebb {
  static constexpr std::string_view name = "anti_hebb";
  static constexpr std::string_view meaning = "anti-Hebbian rule: units that are active together inhibit each other";
  static constexpr std::string_view equations =
      "dw = -rate (x y - p^2);  weights stay at or below 0, and units have none to themselves";
  static constexpr std::string_view source = "Foldiak 1990, Biol. Cybern. 64:165, section 3";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T rate, p;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"),
             field(&P::p, "p", "", 0, config::not_negative, "activity of a unit that is aimed at, as a mean"));
  static constexpr bool spares_self = true;
  static constexpr double w_max = 0;

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return -(p.rate * (s.x * s.y - p.p * p.p));
  }
};

}  // namespace cajal
