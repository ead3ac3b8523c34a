#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// Hebb's rule: what is active together grows together.
struct Hebb {
  static constexpr std::string_view name = "hebb";
  static constexpr std::string_view meaning = "Hebb's rule: the product of both values, with an optional decay";
  static constexpr std::string_view equations = "dw = rate (x y - decay w)";
  static constexpr std::string_view source =
      "Hebb 1949, The Organization of Behavior, ch. 4; Gerstner & Kistler 2002, Spiking Neuron Models, eq. 10.2";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T rate, decay;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"),
             field(&P::decay, "decay", "", 0, config::not_negative, "strength of the decay of the weight"));

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * (s.x * s.y - p.decay * s.w);
  }
};

}  // namespace cajal
