#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Rate unit with a leak and a threshold-linear gain.
struct ThresholdLinear {
  static constexpr std::string_view name = "threshold_linear";
  static constexpr std::string_view meaning = "rate unit with a leak and a threshold-linear gain";
  static constexpr std::string_view equations = "tau dr/dt = -r + gain [I + I_e - theta]+";
  static constexpr std::string_view source = "Dayan & Abbott 2001, Theoretical Neuroscience, eq. 7.11";

  template <class T>
  struct State {
    T r;
  };
  template <class T>
  struct Parameters {
    T tau, gain, theta, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::r, "r", "", 0, config::any_number, "rate"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 10, config::positive, "time constant"),
             field(&P::gain, "gain", "", 1, config::any_number, "slope above the threshold"),
             field(&P::theta, "theta", "", 0, config::any_number, "threshold of the input"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.gain * at_least(input.at(x.r) + p.I_e - p.theta, T(0)) - x.r) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.r;
  }
};

}  // namespace cajal
