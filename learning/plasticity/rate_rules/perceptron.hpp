#pragma once

#include "learning/plasticity/rate_rule.hpp"

namespace cajal {

/// The perceptron: a unit that answered wrongly moves by its input.
struct Perceptron {
  static constexpr std::string_view name = "perceptron";
  static constexpr std::string_view meaning = "perceptron: a unit whose answer is wrong moves by its input";
  static constexpr std::string_view equations =
      "dw = rate ([target > 0] - [y > 0]) x;  a bias learns as the weight of an x that is always 1";
  static constexpr std::string_view source = "Rosenblatt 1958, Psychol. Rev. 65:386; Minsky & Papert 1969, Perceptrons";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::target};

  template <class T>
  struct Parameters {
    T rate;
  };
  using P = Parameters<double>;
  static constexpr auto parameters = fields(field(&P::rate, "rate", rate_unit, 1, config::positive, "step size"));
  static constexpr bool supervised = true, learns_bias = true;

  template <class T>
  static T answer(const T& y) {
    return where(y > T(0), T(1), T(0));
  }
  template <class T>
  static T change(const Presented<T>& s, const Parameters<T>& p) {
    return p.rate * (answer(s.target) - answer(s.y)) * s.x;
  }
};

}  // namespace cajal
