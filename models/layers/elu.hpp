#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Exponential linear unit.
struct Elu {
  static constexpr std::string_view name = "elu";
  static constexpr std::string_view meaning = "exponential linear unit";
  static constexpr std::string_view equations = "y = x for x > 0, else alpha (exp(x) - 1)";
  static constexpr std::string_view source = "Clevert, Unterthiner & Hochreiter 2016, ICLR";
  template <class T>
  struct Parameters {
    T alpha;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::alpha, "alpha", "", 1, config::not_negative, "minus the value far below zero"));

  template <class T, class Q>
  static T activation(const T& x, const Q& p) {
    return where(x <= T(0), p.alpha * expm1(x), x);
  }
};

}  // namespace cajal
