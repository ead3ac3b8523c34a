#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// Competitive learning: the unit that answers most moves to the input.
struct Competitive {
  static constexpr std::string_view name = "competitive";
  static constexpr std::string_view meaning = "winner-take-all: the unit with the largest output moves to the input";
  static constexpr std::string_view equations =
      "winner: the unit with the largest y, of several the first\n"
      "dw = rate (x - w) of the winner, rate leak (x - w) of all others\n"
      "inputs of one length make the winner the unit with the nearest weights";
  static constexpr std::string_view source =
      "Rumelhart & Zipser 1985, Cogn. Sci. 9:75 (leaky learning); Grossberg 1976, Biol. Cybern. 23:121";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight,
                                     Information::other_units};

  template <class T>
  struct Parameters {
    T rate, leak;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size of the winner"),
             field(&P::leak, "leak", "", 0, config::fraction, "share of it that the others move by"));
  static constexpr bool competes = true;

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * where(s.wins > T(0.5), T(1), p.leak) * (s.x - s.w);
  }
};

}  // namespace cajal
