#pragma once

#include "sim/integrate.hpp"

namespace cajal {

/// Hodgkin-Huxley neuron with the hippocampal kinetics of Traub & Miles.
struct TraubHh {
  static constexpr std::string_view name = "traub_hh";
  static constexpr std::string_view meaning = "Hodgkin-Huxley neuron of Traub & Miles, as in the COBAHH benchmark";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_Na m^3 h (V_m - E_Na) - g_K n^4 (V_m - E_K) - g_L (V_m - E_L) + I_e + I(V_m)\n"
      "dx/dt = alpha_x (1 - x) - beta_x x,  x = m, h, n      (rates per ms, u = V_m - V_T in mV)\n"
      "alpha_m = 0.32 (13 - u) / (exp((13 - u) / 4) - 1),   beta_m = 0.28 (u - 40) / (exp((u - 40) / 5) - 1)\n"
      "alpha_h = 0.128 exp((17 - u) / 18),                  beta_h = 4 / (1 + exp((40 - u) / 5))\n"
      "alpha_n = 0.032 (15 - u) / (exp((15 - u) / 5) - 1),  beta_n = 0.5 exp((10 - u) / 40)\n"
      "spike:  V_m crosses V_th upward, not within t_ref of the last";
  static constexpr std::string_view source =
      "Traub & Miles 1991, Neuronal Networks of the Hippocampus; Brette et al. 2007, J. Comput. Neurosci. 23:349, "
      "benchmark 3";

  template <class T>
  struct State {
    T V_m, m, h, n;
  };
  template <class T>
  struct Parameters {
    T C_m, g_Na, g_K, g_L, E_Na, E_K, E_L, V_T, V_th, t_ref, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  // Without a current the neuron fires: it starts at E_L, with its gates in balance.
  static constexpr auto state = fields(
      field(&S::V_m, "V_m", "mV", -60, config::any_number, "membrane potential"),
      field(&S::m, "m", "", 0.0268633297984454, config::fraction, "activation of the sodium current"),
      field(&S::h, "h", "", 0.991305821894398, config::fraction, "what is not inactivated of the sodium current"),
      field(&S::n, "n", "", 0.0604340346786360, config::fraction, "activation of the potassium current"));
  static constexpr auto parameters =
      fields(field(&P::C_m, "C_m", "pF", 200, config::positive, "membrane capacitance"),
             field(&P::g_Na, "g_Na", "nS", 20000, config::not_negative, "largest sodium conductance"),
             field(&P::g_K, "g_K", "nS", 6000, config::not_negative, "largest potassium conductance"),
             field(&P::g_L, "g_L", "nS", 10, config::not_negative, "leak conductance"),
             field(&P::E_Na, "E_Na", "mV", 50, config::any_number, "reversal potential of sodium"),
             field(&P::E_K, "E_K", "mV", -90, config::any_number, "reversal potential of potassium"),
             field(&P::E_L, "E_L", "mV", -60, config::any_number, "reversal potential of the leak"),
             field(&P::V_T, "V_T", "mV", -63, config::any_number, "shift of the kinetics along the potential"),
             field(&P::V_th, "V_th", "mV", -20, config::any_number, "potential at which a spike is counted"),
             field(&P::t_ref, "t_ref", "ms", 3, config::not_negative, "time without spikes after a spike"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr std::string_view integrator = "exponential_euler";
  static constexpr std::string_view refractory = "silent";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    using R = Plain<T>;
    const T& v = x.V_m;
    // No channel was measured beyond: the rates stay as they are there, so that no trial step of an integrator
    // overflows.
    const T one = T(1), u = at_most(at_least(v, T(-120)), T(80)) - p.V_T;
    const T alpha_m = R(1.28) * inverse_growth((R(13) - u) * R(1.0 / 4)),
            beta_m = R(1.4) * inverse_growth((u - R(40)) * R(1.0 / 5));
    const T alpha_h = R(0.128) * exp((R(17) - u) * R(1.0 / 18)), beta_h = R(4) * sigmoid((u - R(40)) * R(1.0 / 5));
    const T alpha_n = R(0.16) * inverse_growth((R(15) - u) * R(1.0 / 5)),
            beta_n = R(0.5) * exp((R(10) - u) * R(1.0 / 40));
    const T sodium = p.g_Na * x.m * x.m * x.m * x.h, potassium = p.g_K * x.n * x.n * x.n * x.n;
    const T current = p.I_e + input.at(v) - sodium * (v - p.E_Na) - potassium * (v - p.E_K) - p.g_L * (v - p.E_L);
    return {current / p.C_m, alpha_m * (one - x.m) - beta_m * x.m, alpha_h * (one - x.h) - beta_h * x.h,
            alpha_n * (one - x.n) - beta_n * x.n};
  }
  template <class T, class Q>
  static T spiked(const State<T>& before, const State<T>& now, const Q& p) {
    return crossed(before.V_m, now.V_m, T(p.V_th));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }

  static constexpr Setting cobahh[] = {{"t_ref", 3}};
  static constexpr Preset presets[] = {
      {"cobahh", "with the synapses of benchmark 3 of Brette et al. 2007", false, cobahh,
       "{ ex = { kind = \"exponential_conductance\", tau_syn = \"5 ms\", E_rev = \"0 mV\" }, in = { kind = "
       "\"exponential_conductance\", tau_syn = \"10 ms\", E_rev = \"-80 mV\" } }"}};
};

}  // namespace cajal
