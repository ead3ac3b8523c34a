#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Hyperbolic tangent unit.
struct Tanh {
  static constexpr std::string_view name = "tanh";
  static constexpr std::string_view meaning = "hyperbolic tangent unit";
  static constexpr std::string_view equations = "y = tanh(x)";
  static constexpr std::string_view source = "LeCun et al. 1998, Efficient BackProp, section 4.4";
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    return cajal::tanh(x);
  }
};

}  // namespace cajal
