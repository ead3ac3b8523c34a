#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Logistic unit.
struct Sigmoid {
  static constexpr std::string_view name = "sigmoid";
  static constexpr std::string_view meaning = "logistic unit";
  static constexpr std::string_view equations = "y = 1 / (1 + exp(-x))";
  static constexpr std::string_view source = "Rumelhart, Hinton & Williams 1986, Nature 323:533";
  template <class T>
  struct Parameters {};
  static constexpr auto parameters = no_fields;

  template <class T, class P>
  static T activation(const T& x, const P&) {
    return cajal::sigmoid(x);
  }
};

}  // namespace cajal
