#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Adaptive exponential integrate-and-fire neuron.
struct AdEx {
  static constexpr std::string_view name = "adex";
  static constexpr std::string_view meaning = "adaptive exponential integrate-and-fire neuron";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_L (V_m - E_L) + g_L Delta_T exp((V_m - V_th) / Delta_T) - w + I_e + I(V_m)\n"
      "tau_w dw/dt = a (V_m - E_L) - w\n"
      "spike:  V_m >= V_peak\n"
      "reset:  V_m := V_reset, w := w + b; V_m held for t_ref";
  static constexpr std::string_view source =
      "Brette & Gerstner 2005, J. Neurophysiol. 94:3637, equations 1 to 3, table 1";

  template <class T>
  struct State {
    T V_m, w;
  };
  template <class T>
  struct Parameters {
    T C_m, g_L, E_L, V_th, Delta_T, tau_w, a, b, V_reset, V_peak, t_ref, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::V_m, "V_m", "mV", -70.6, config::any_number, "membrane potential"),
                                       field(&S::w, "w", "pA", 0, config::any_number, "adaptation current"));
  static constexpr auto parameters =
      fields(field(&P::C_m, "C_m", "pF", 281, config::positive, "membrane capacitance"),
             field(&P::g_L, "g_L", "nS", 30, config::positive, "leak conductance"),
             field(&P::E_L, "E_L", "mV", -70.6, config::any_number, "resting potential"),
             field(&P::V_th, "V_th", "mV", -50.4, config::any_number, "potential at which the spike sets in"),
             field(&P::Delta_T, "Delta_T", "mV", 2, config::positive, "sharpness of the spike's onset"),
             field(&P::tau_w, "tau_w", "ms", 144, config::positive, "time constant of the adaptation"),
             field(&P::a, "a", "nS", 4, config::any_number, "adaptation to the potential"),
             field(&P::b, "b", "pA", 80.5, config::any_number, "adaptation by a spike"),
             field(&P::V_reset, "V_reset", "mV", -60, config::any_number, "potential after a spike"),
             field(&P::V_peak, "V_peak", "mV", 0, config::any_number, "potential at which a spike is counted"),
             field(&P::t_ref, "t_ref", "ms", 0, config::not_negative, "refractory time"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    // Beyond the peak the spike is over: the exponential is bounded there, or the stages of a step overflow.
    const T v = at_most(x.V_m, T(p.V_peak));
    const T onset = p.g_L * p.Delta_T * exp((v - p.V_th) / p.Delta_T);
    return {(onset - p.g_L * (v - p.E_L) - x.w + p.I_e + input.at(v)) / p.C_m, (p.a * (v - p.E_L) - x.w) / p.tau_w};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - p.V_peak;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_m = T(p.V_reset);
    x.w = x.w + p.b;
    return x;
  }

  static constexpr Setting nest[] = {{"integrator", 0, "dopri5"}};
  static constexpr Preset presets[] = {
      {"nest", "aeif_cond_exp of NEST: an adaptive integrator, exponential conductances of 0.2 ms and 2 ms", false,
       nest,
       "{ ex = { kind = \"exponential_conductance\", tau_syn = \"0.2 ms\", E_rev = \"0 mV\" }, in = { kind = "
       "\"exponential_conductance\", tau_syn = \"2 ms\", E_rev = \"-85 mV\" } }"}};
};

}  // namespace cajal
