#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Rate unit whose gain is a straight line.
struct LinearRate {
  static constexpr std::string_view name = "linear_rate";
  static constexpr std::string_view meaning = "rate unit with a leak and a linear gain";
  static constexpr std::string_view equations = "tau dr/dt = -lambda r + mu + gain I";
  static constexpr std::string_view source =
      "Dayan & Abbott 2001, Theoretical Neuroscience, eq. 7.11 with F linear; lin_rate_ipn of NEST";

  template <class T>
  struct State {
    T r;
  };
  template <class T>
  struct Parameters {
    T tau, lambda, gain, mu;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::r, "r", "", 0, config::any_number, "rate"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 10, config::positive, "time constant"),
             field(&P::lambda, "lambda", "", 1, config::not_negative, "strength of the leak"),
             field(&P::gain, "gain", "", 1, config::any_number, "slope of the gain"),
             field(&P::mu, "mu", "", 0, config::any_number, "constant drive"));
  static constexpr bool linear = true;

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.mu + p.gain * input.at(x.r) - p.lambda * x.r) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.r;
  }
};

}  // namespace cajal
