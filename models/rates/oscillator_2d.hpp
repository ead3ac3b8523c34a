#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Oscillator with a cubic and a quadratic nullcline.
struct Oscillator2d {
  static constexpr std::string_view name = "oscillator_2d";
  static constexpr std::string_view meaning = "generic two-dimensional oscillator of The Virtual Brain";
  static constexpr std::string_view equations =
      "dV/dt = d tau (-f V^3 + e V^2 + g V + alpha W + gamma (I_e + I))\n"
      "dW/dt = d / tau (c V^2 + b V - beta W + a)\n"
      "time in ms; the output is V";
  static constexpr std::string_view source =
      "Sanz-Leon, Knock, Spiegler & Jirsa 2015, NeuroImage 111:385, the generic two-dimensional oscillator";

  template <class T>
  struct State {
    T V, W;
  };
  template <class T>
  struct Parameters {
    T tau, a, b, c, d, e, f, g, alpha, beta, gamma, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::V, "V", "", 0, config::any_number, "fast variable"),
                                       field(&S::W, "W", "", 0, config::any_number, "slow variable"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "", 1, config::positive, "separation of the time scales"),
             field(&P::a, "a", "", -2, config::any_number, "height of the slow nullcline"),
             field(&P::b, "b", "", -10, config::any_number, "slope of the slow nullcline"),
             field(&P::c, "c", "", 0, config::any_number, "curvature of the slow nullcline"),
             field(&P::d, "d", "", 0.02, config::positive, "speed of both variables, 1/ms"),
             field(&P::e, "e", "", 3, config::any_number, "square term of the fast nullcline"),
             field(&P::f, "f", "", 1, config::any_number, "cubic term of the fast nullcline"),
             field(&P::g, "g", "", 0, config::any_number, "linear term of the fast nullcline"),
             field(&P::alpha, "alpha", "", 1, config::any_number, "weight of W in V"),
             field(&P::beta, "beta", "", 1, config::any_number, "decay of W"),
             field(&P::gamma, "gamma", "", 1, config::any_number, "weight of the input"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const T& v = x.V;
    const T fast = ((p.e - p.f * v) * v + p.g) * v + p.alpha * x.W + p.gamma * (p.I_e + input.at(v));
    return {p.d * p.tau * fast, p.d / p.tau * ((p.c * v + p.b) * v - p.beta * x.W + p.a)};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.V;
  }

  static constexpr Setting oscillating_settings[] = {{"a", 2}};
  static constexpr Setting bistable_settings[] = {{"a", 1}, {"b", 0}, {"c", -5}};
  static constexpr Preset presets[] = {
      {"oscillating", "a limit cycle around the one, unstable fixed point", false, oscillating_settings},
      {"bistable", "two attractors, at V below and above 0", false, bistable_settings}};
};

}  // namespace cajal
