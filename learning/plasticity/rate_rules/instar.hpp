#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The instar: the weights of an active unit move to its input.
struct Instar {
  static constexpr std::string_view name = "instar";
  static constexpr std::string_view meaning =
      "weights of an active unit move to its input; Foldiak's feed-forward rule";
  static constexpr std::string_view equations = "dw = rate y (x - w)";
  static constexpr std::string_view source = "Grossberg 1976, Biol. Cybern. 23:121; Foldiak 1990, Biol. Cybern. 64:165";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T rate;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"));

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * s.y * (s.x - s.w);
  }
};

}  // namespace cajal
