#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Rate unit with a leak and a logistic gain.
struct SigmoidRate {
  static constexpr std::string_view name = "sigmoid_rate";
  static constexpr std::string_view meaning = "rate unit with a leak and a logistic gain";
  static constexpr std::string_view equations =
      "tau dr/dt = -r + mu + gain / (1 + exp(-beta (I + I_e - theta)))\n"
      "mu is a drive outside of the gain, I_e one inside";
  static constexpr std::string_view source =
      "Wilson & Cowan 1972, Biophys. J. 12:1, section 1 (logistic gain); sigmoid_rate_ipn of NEST";

  template <class T>
  struct State {
    T r;
  };
  template <class T>
  struct Parameters {
    T tau, gain, beta, theta, mu, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::r, "r", "", 0, config::any_number, "rate"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 10, config::positive, "time constant"),
             field(&P::gain, "gain", "", 1, config::any_number, "largest rate that the input can cause"),
             field(&P::beta, "beta", "", 1, config::any_number, "steepness: the slope at theta is beta gain / 4"),
             field(&P::theta, "theta", "", 0, config::any_number, "input at which the gain is half"),
             field(&P::mu, "mu", "", 0, config::any_number, "constant drive that is added behind the gain"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.mu + p.gain * sigmoid(p.beta * (input.at(x.r) + p.I_e - p.theta)) - x.r) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.r;
  }
};

}  // namespace cajal
