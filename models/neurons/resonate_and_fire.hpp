#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Izhikevich's damped oscillator that fires, without units.
struct ResonateAndFire {
  static constexpr std::string_view name = "resonate_and_fire";
  static constexpr std::string_view meaning =
      "damped oscillator that fires where its imaginary part reaches a threshold";
  static constexpr std::string_view equations =
      "dx/dt = b x - omega y + I_e + I(x)      (per ms; z = x + i y)\n"
      "dy/dt = omega x + b y\n"
      "spike:  y >= y_th\n"
      "reset:  x := x_reset, y := y_reset";
  static constexpr std::string_view source = "Izhikevich 2001, Neural Networks 14:883, equations 2 to 4";

  template <class T>
  struct State {
    T x, y;
  };
  template <class T>
  struct Parameters {
    T b, omega, y_th, x_reset, y_reset, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state =
      fields(field(&S::x, "x", "", 0, config::any_number, "variable that pulses move, as a current"),
             field(&S::y, "y", "", 0, config::any_number, "variable with the threshold, as a membrane potential"));
  static constexpr auto parameters =
      fields(field(&P::b, "b", "", -0.1, config::any_number, "rate of attraction to rest, 1/ms, negative"),
             field(&P::omega, "omega", "", 1, config::any_number, "angular frequency, 1/ms"),
             field(&P::y_th, "y_th", "", 1, config::any_number, "threshold"),
             field(&P::x_reset, "x_reset", "", 0, config::any_number, "x after a spike"),
             field(&P::y_reset, "y_reset", "", 0, config::any_number, "y after a spike"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));
  static constexpr bool linear = true;

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {p.b * x.x - p.omega * x.y + p.I_e + input.at(x.x), p.omega * x.x + p.b * x.y};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.y - p.y_th;
  }
  template <class T, class Q>
  static State<T> reset(State<T>, const Q& p) {
    return {T(p.x_reset), T(p.y_reset)};
  }
};

}  // namespace cajal
