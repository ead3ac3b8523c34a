#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Rate unit with a leak and a tanh gain.
struct TanhRate {
  static constexpr std::string_view name = "tanh_rate";
  static constexpr std::string_view meaning = "rate unit with a leak and a tanh gain";
  static constexpr std::string_view equations =
      "tau dr/dt = -r + mu + tanh(gain (I + I_e - theta))\n"
      "mu is a drive outside of the gain, I_e one inside";
  static constexpr std::string_view source =
      "Sompolinsky, Crisanti & Sommers 1988, Phys. Rev. Lett. 61:259; tanh_rate_ipn of NEST";

  template <class T>
  struct State {
    T r;
  };
  template <class T>
  struct Parameters {
    T tau, gain, theta, mu, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::r, "r", "", 0, config::any_number, "rate"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 10, config::positive, "time constant"),
             field(&P::gain, "gain", "", 1, config::any_number, "slope at the threshold"),
             field(&P::theta, "theta", "", 0, config::any_number, "threshold of the input"),
             field(&P::mu, "mu", "", 0, config::any_number, "constant drive that is added behind the gain"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.mu + tanh(p.gain * (input.at(x.r) + p.I_e - p.theta)) - x.r) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.r;
  }
};

}  // namespace cajal
