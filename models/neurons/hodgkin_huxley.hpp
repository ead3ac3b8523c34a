#pragma once

#include "sim/integrate.hpp"

namespace cajal {

/// The squid's giant axon, with potentials in today's sign and a rest at -65 mV.
struct HodgkinHuxley {
  static constexpr std::string_view name = "hodgkin_huxley";
  static constexpr std::string_view meaning = "Hodgkin & Huxley's axon of the squid";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_Na m^3 h (V_m - E_Na) - g_K n^4 (V_m - E_K) - g_L (V_m - E_L) + I_e + I(V_m)\n"
      "dx/dt = alpha_x (1 - x) - beta_x x,  x = m, h, n      (rates per ms, V in mV)\n"
      "alpha_m = 0.1 (V + 40) / (1 - exp(-(V + 40) / 10)),   beta_m = 4 exp(-(V + 65) / 18)\n"
      "alpha_h = 0.07 exp(-(V + 65) / 20),                   beta_h = 1 / (1 + exp(-(V + 35) / 10))\n"
      "alpha_n = 0.01 (V + 55) / (1 - exp(-(V + 55) / 10)),  beta_n = 0.125 exp(-(V + 65) / 80)\n"
      "spike:  V_m crosses V_th upward; where at_peak is 1, V_m >= V_th and V_m begins to fall; not within t_ref of "
      "the "
      "last";
  static constexpr std::string_view source =
      "Hodgkin & Huxley 1952, J. Physiol. 117:500, equations 7, 12, 13, 15, 16, 20, 21, 23 to 26, table 3, for 1e-4 "
      "cm^2 of membrane: 100 pA "
      "are 1 uA/cm^2";

  template <class T>
  struct State {
    T V_m, m, h, n;
  };
  template <class T>
  struct Parameters {
    T C_m, g_Na, g_K, g_L, E_Na, E_K, E_L, V_th, t_ref, at_peak, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  // The state of rest where nothing arrives.
  static constexpr auto state = fields(
      field(&S::V_m, "V_m", "mV", -64.996379331192, config::any_number, "membrane potential"),
      field(&S::m, "m", "", 0.0529550868130082, config::fraction, "activation of the sodium current"),
      field(&S::h, "h", "", 0.595994124739867, config::fraction, "what is not inactivated of the sodium current"),
      field(&S::n, "n", "", 0.317732399760867, config::fraction, "activation of the potassium current"));
  static constexpr auto parameters = fields(
      field(&P::C_m, "C_m", "pF", 100, config::positive, "membrane capacitance"),
      field(&P::g_Na, "g_Na", "nS", 12000, config::not_negative, "largest sodium conductance"),
      field(&P::g_K, "g_K", "nS", 3600, config::not_negative, "largest potassium conductance"),
      field(&P::g_L, "g_L", "nS", 30, config::not_negative, "leak conductance"),
      field(&P::E_Na, "E_Na", "mV", 50, config::any_number, "reversal potential of sodium"),
      field(&P::E_K, "E_K", "mV", -77, config::any_number, "reversal potential of potassium"),
      field(&P::E_L, "E_L", "mV", -54.387, config::any_number, "reversal potential of the leak"),
      field(&P::V_th, "V_th", "mV", 0, config::any_number, "potential at which a spike is counted"),
      field(&P::t_ref, "t_ref", "ms", 0, config::not_negative, "time without spikes after a spike"),
      field(&P::at_peak, "at_peak", "", 0, config::fraction, "1: a spike has the time of its peak; 0: that of V_th"),
      field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr std::string_view integrator = "exponential_euler";
  static constexpr std::string_view refractory = "silent";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    using R = Plain<T>;
    const T& v = x.V_m;
    // No channel was measured beyond: the rates stay as they are there, so that no trial step of an integrator
    // overflows.
    const T one = T(1), u = at_most(at_least(v, T(-120)), T(80));
    const T alpha_m = inverse_growth((R(-40) - u) * R(1.0 / 10)), beta_m = R(4) * exp((R(-65) - u) * R(1.0 / 18));
    const T alpha_h = R(0.07) * exp((R(-65) - u) * R(1.0 / 20)), beta_h = sigmoid((u + R(35)) * R(1.0 / 10));
    const T alpha_n = R(0.1) * inverse_growth((R(-55) - u) * R(1.0 / 10)),
            beta_n = R(0.125) * exp((R(-65) - u) * R(1.0 / 80));
    const T sodium = p.g_Na * x.m * x.m * x.m * x.h, potassium = p.g_K * x.n * x.n * x.n * x.n;
    const T current = p.I_e + input.at(v) - sodium * (v - p.E_Na) - potassium * (v - p.E_K) - p.g_L * (v - p.E_L);
    return {current / p.C_m, alpha_m * (one - x.m) - beta_m * x.m, alpha_h * (one - x.h) - beta_h * x.h,
            alpha_n * (one - x.n) - beta_n * x.n};
  }
  template <class T, class Q>
  static T spiked(const State<T>& before, const State<T>& now, const Q& p) {
    const T falls = at_most(now.V_m - p.V_th, before.V_m - now.V_m);
    return where(p.at_peak > Plain<T>(0.5), falls, crossed(before.V_m, now.V_m, T(p.V_th)));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }

  static constexpr Setting nest[] = {
      {"E_L", -54.402}, {"V_m", -65},  {"m", 0.0529324852572496}, {"h", 0.596120753508460}, {"n", 0.317676914060697},
      {"t_ref", 2},     {"at_peak", 1}};
  static constexpr Preset presets[] = {
      {"nest", "hh_psc_alpha of NEST: a spike at the peak of V_m, then none for 2 ms", false, nest}};
};

}  // namespace cajal
