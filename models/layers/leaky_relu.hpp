#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Rectified linear unit that leaks. PyTorch calls the slope `negative_slope`.
struct LeakyRelu {
  static constexpr std::string_view name = "leaky_relu";
  static constexpr std::string_view meaning = "rectified linear unit with a small slope below zero";
  static constexpr std::string_view equations = "y = x for x > 0, else slope x";
  static constexpr std::string_view source = "Maas, Hannun & Ng 2013, ICML";
  static constexpr bool in_place = true, identity = false;
  template <class T>
  struct Parameters {
    T slope;
  };
  using P = Parameters<double>;
  static constexpr auto parameters =
      fields(field(&P::slope, "slope", "", 0.01, config::not_negative, "slope below zero"));

  template <class T, class Q>
  static T activation(const T& x, const Q& p) {
    return where(x <= T(0), p.slope * x, x);
  }
};

}  // namespace cajal
