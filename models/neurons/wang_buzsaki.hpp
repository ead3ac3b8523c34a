#pragma once

#include "sim/integrate.hpp"

namespace cajal {

/// Fast-spiking interneuron of the hippocampus.
struct WangBuzsaki {
  static constexpr std::string_view name = "wang_buzsaki";
  static constexpr std::string_view meaning = "Wang & Buzsaki's fast-spiking interneuron";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_Na m^3 h (V_m - E_Na) - g_K n^4 (V_m - E_K) - g_L (V_m - E_L) + I_e + I(V_m)\n"
      "m = alpha_m / (alpha_m + beta_m),  dx/dt = phi (alpha_x (1 - x) - beta_x x),  x = h, n      (rates per ms, V in "
      "mV)\n"
      "alpha_m = 0.1 (V + 35) / (1 - exp(-0.1 (V + 35))),   beta_m = 4 exp(-(V + 60) / 18)\n"
      "alpha_h = 0.07 exp(-(V + 58) / 20),                  beta_h = 1 / (1 + exp(-0.1 (V + 28)))\n"
      "alpha_n = 0.01 (V + 34) / (1 - exp(-0.1 (V + 34))),  beta_n = 0.125 exp(-(V + 44) / 80)\n"
      "spike:  V_m crosses V_th upward";
  static constexpr std::string_view source =
      "Wang & Buzsaki 1996, J. Neurosci. 16:6402, equations 1 to 5, for 1e-4 cm^2 of membrane: 100 pA are 1 uA/cm^2";

  template <class T>
  struct State {
    T V_m, h, n;
  };
  template <class T>
  struct Parameters {
    T C_m, g_Na, g_K, g_L, E_Na, E_K, E_L, phi, V_th, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  // The state of rest where nothing arrives.
  static constexpr auto state = fields(
      field(&S::V_m, "V_m", "mV", -64.0175649096362, config::any_number, "membrane potential"),
      field(&S::h, "h", "", 0.780791551001628, config::fraction, "what is not inactivated of the sodium current"),
      field(&S::n, "n", "", 0.089078010308592, config::fraction, "activation of the potassium current"));
  static constexpr auto parameters =
      fields(field(&P::C_m, "C_m", "pF", 100, config::positive, "membrane capacitance"),
             field(&P::g_Na, "g_Na", "nS", 3500, config::not_negative, "largest sodium conductance"),
             field(&P::g_K, "g_K", "nS", 900, config::not_negative, "largest potassium conductance"),
             field(&P::g_L, "g_L", "nS", 10, config::not_negative, "leak conductance"),
             field(&P::E_Na, "E_Na", "mV", 55, config::any_number, "reversal potential of sodium"),
             field(&P::E_K, "E_K", "mV", -90, config::any_number, "reversal potential of potassium"),
             field(&P::E_L, "E_L", "mV", -65, config::any_number, "reversal potential of the leak"),
             field(&P::phi, "phi", "", 5, config::positive, "speed of the kinetics"),
             field(&P::V_th, "V_th", "mV", 0, config::any_number, "potential at which a spike is counted"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr std::string_view integrator = "rk4";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    using R = Plain<T>;
    const T& v = x.V_m;
    // No channel was measured beyond: the rates stay as they are there, so that no trial step of an integrator
    // overflows.
    const T one = T(1), u = at_most(at_least(v, T(-120)), T(80));
    const T alpha_m = inverse_growth((R(-35) - u) * R(1.0 / 10)),
            m = alpha_m / (alpha_m + R(4) * exp((R(-60) - u) * R(1.0 / 18)));
    const T alpha_h = R(0.07) * exp((R(-58) - u) * R(1.0 / 20)), beta_h = sigmoid((u + R(28)) * R(1.0 / 10));
    const T alpha_n = R(0.1) * inverse_growth((R(-34) - u) * R(1.0 / 10)),
            beta_n = R(0.125) * exp((R(-44) - u) * R(1.0 / 80));
    const T sodium = p.g_Na * m * m * m * x.h, potassium = p.g_K * x.n * x.n * x.n * x.n;
    const T current = p.I_e + input.at(v) - sodium * (v - p.E_Na) - potassium * (v - p.E_K) - p.g_L * (v - p.E_L);
    return {current / p.C_m, p.phi * (alpha_h * (one - x.h) - beta_h * x.h),
            p.phi * (alpha_n * (one - x.n) - beta_n * x.n)};
  }
  template <class T, class Q>
  static T spiked(const State<T>& before, const State<T>& now, const Q& p) {
    return crossed(before.V_m, now.V_m, T(p.V_th));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }
};

}  // namespace cajal
