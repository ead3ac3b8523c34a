#pragma once

#include "sim/model.hpp"

namespace cajal {

/// The barnacle's muscle fibre: the standard conductance-based model of two variables.
struct MorrisLecar {
  static constexpr std::string_view name = "morris_lecar";
  static constexpr std::string_view meaning = "Morris & Lecar's muscle fibre of the barnacle";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_Ca m (V_m - E_Ca) - g_K w (V_m - E_K) - g_L (V_m - E_L) + I_e + I(V_m)\n"
      "m = (1 + tanh((V_m - V_1) / V_2)) / 2\n"
      "dw/dt = phi cosh((V_m - V_3) / (2 V_4)) ((1 + tanh((V_m - V_3) / V_4)) / 2 - w)      (per ms)\n"
      "spike:  V_m crosses V_th upward";
  static constexpr std::string_view source =
      "Morris & Lecar 1981, Biophys. J. 35:193, equations 9; parameters of Rinzel & Ermentrout 1989, in Koch & Segev, "
      "Methods in Neuronal Modeling, table 5.1, for 1e-6 cm^2 of membrane: 1 pA is 1 uA/cm^2";

  template <class T>
  struct State {
    T V_m, w;
  };
  template <class T>
  struct Parameters {
    T C_m, g_Ca, g_K, g_L, E_Ca, E_K, E_L, V_1, V_2, V_3, V_4, phi, V_th, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  // The state of rest where nothing arrives.
  static constexpr auto state =
      fields(field(&S::V_m, "V_m", "mV", -60.8553822323095, config::any_number, "membrane potential"),
             field(&S::w, "w", "", 0.0149150249539995, config::fraction, "activation of the potassium current"));
  static constexpr auto parameters =
      fields(field(&P::C_m, "C_m", "pF", 20, config::positive, "membrane capacitance"),
             field(&P::g_Ca, "g_Ca", "nS", 4.4, config::not_negative, "largest calcium conductance"),
             field(&P::g_K, "g_K", "nS", 8, config::not_negative, "largest potassium conductance"),
             field(&P::g_L, "g_L", "nS", 2, config::not_negative, "leak conductance"),
             field(&P::E_Ca, "E_Ca", "mV", 120, config::any_number, "reversal potential of calcium"),
             field(&P::E_K, "E_K", "mV", -84, config::any_number, "reversal potential of potassium"),
             field(&P::E_L, "E_L", "mV", -60, config::any_number, "reversal potential of the leak"),
             field(&P::V_1, "V_1", "mV", -1.2, config::any_number, "potential at which half the calcium current is on"),
             field(&P::V_2, "V_2", "mV", 18, config::positive, "width of the calcium current's onset"),
             field(&P::V_3, "V_3", "mV", 2, config::any_number, "potential at which half the potassium current is on"),
             field(&P::V_4, "V_4", "mV", 30, config::positive, "width of the potassium current's onset"),
             field(&P::phi, "phi", "", 0.04, config::positive, "speed of the potassium current, 1/ms"),
             field(&P::V_th, "V_th", "mV", 0, config::any_number, "potential at which a spike is counted"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    using R = Plain<T>;
    const T& v = x.V_m;
    const T one = T(1), half = T(0.5);
    const T m = half * (one + tanh((v - p.V_1) / p.V_2)), u = (v - p.V_3) / p.V_4;
    // cosh(u / 2) from one exponential, bounded so that no trial step of an integrator overflows.
    const T e = exp(at_most(at_least(R(0.5) * u, T(-30)), T(30))), speed = p.phi * half * (e + one / e);
    const T current = p.I_e + input.at(v) - p.g_Ca * m * (v - p.E_Ca) - p.g_K * x.w * (v - p.E_K) - p.g_L * (v - p.E_L);
    return {current / p.C_m, speed * (half * (one + tanh(u)) - x.w)};
  }
  template <class T, class Q>
  static T spiked(const State<T>& before, const State<T>& now, const Q& p) {
    return crossed(before.V_m, now.V_m, T(p.V_th));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }

  static constexpr Setting hopf[] = {{"g_Ca", 4.4}, {"V_3", 2}, {"V_4", 30}, {"phi", 0.04}};
  static constexpr Setting saddle_node[] = {{"g_Ca", 4}, {"V_3", 12}, {"V_4", 17.4}, {"phi", 1.0 / 15}};
  static constexpr Preset presets[] = {
      {"hopf", "class II: firing sets in with a rate of its own (Rinzel & Ermentrout 1989, figures 5.1 to 5.5)", false,
       hopf},
      {"saddle_node", "class I: firing sets in at any low rate (Rinzel & Ermentrout 1989, figures 5.6 and 5.7)", false,
       saddle_node}};
};

}  // namespace cajal
