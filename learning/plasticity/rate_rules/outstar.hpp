#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The outstar: the weights that leave an active unit move to what the others send.
struct Outstar {
  static constexpr std::string_view name = "outstar";
  static constexpr std::string_view meaning = "weights that leave an active unit move to what its targets send";
  static constexpr std::string_view equations = "dw = rate x (y - w)";
  static constexpr std::string_view source = "Grossberg 1968, Proc. Natl. Acad. Sci. USA 59:368";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T rate;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::rate, "rate", rate_unit, 0.01, config::positive, "step size"));

  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * s.x * (s.y - s.w);
  }
};

}  // namespace cajal
