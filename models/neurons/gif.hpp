#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Generalized integrate-and-fire neuron: spike-triggered currents, a moving threshold, stochastic escape.
struct Gif {
  static constexpr std::string_view name = "gif";
  static constexpr std::string_view meaning =
      "generalized integrate-and-fire neuron with spike-triggered currents, moving threshold and stochastic escape";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_L (V_m - E_L) - I_stc_1 - I_stc_2 + I_e + I(V_m)\n"
      "tau_stc_k dI_stc_k/dt = -I_stc_k\n"
      "tau_sfa_k dV_sfa_k/dt = -V_sfa_k\n"
      "hazard: lambda_0 exp((V_m - E_sfa) / Delta_V) spikes per second, with the threshold\n"
      "        E_sfa = V_T_star + V_sfa_1 + V_sfa_2\n"
      "spike:  in a step with probability 1 - exp(-hazard dt)\n"
      "reset:  V_m := V_reset, held for t_ref; I_stc_k := I_stc_k + q_stc_k, V_sfa_k := V_sfa_k + q_sfa_k";
  static constexpr std::string_view source =
      "Pozzorini et al. 2015, PLoS Comput. Biol. 11:e1004275, equations 1 to 5; parameters of a pyramidal neuron "
      "fitted "
      "by Mensi et al. 2012, J. Neurophysiol. 107:1756";

  template <class T>
  struct State {
    T V_m, I_stc_1, I_stc_2, V_sfa_1, V_sfa_2;
  };
  template <class T>
  struct Parameters {
    T C_m, g_L, E_L, V_reset, t_ref, V_T_star, Delta_V, lambda_0, tau_stc_1, q_stc_1, tau_stc_2, q_stc_2, tau_sfa_1,
        q_sfa_1, tau_sfa_2, q_sfa_2, I_e;
  };
  template <class T>
  struct Observed {
    T E_sfa, I_stc;
  };
  using S = State<double>;
  using P = Parameters<double>;
  using O = Observed<double>;

  static constexpr auto state =
      fields(field(&S::V_m, "V_m", "mV", -67, config::any_number, "membrane potential"),
             field(&S::I_stc_1, "I_stc_1", "pA", 0, config::any_number, "first spike-triggered current"),
             field(&S::I_stc_2, "I_stc_2", "pA", 0, config::any_number, "second spike-triggered current"),
             field(&S::V_sfa_1, "V_sfa_1", "mV", 0, config::any_number, "first shift of the threshold"),
             field(&S::V_sfa_2, "V_sfa_2", "mV", 0, config::any_number, "second shift of the threshold"));
  static constexpr auto parameters = fields(
      field(&P::C_m, "C_m", "pF", 83.1, config::positive, "membrane capacitance"),
      field(&P::g_L, "g_L", "nS", 3.7, config::positive, "leak conductance"),
      field(&P::E_L, "E_L", "mV", -67, config::any_number, "resting potential"),
      field(&P::V_reset, "V_reset", "mV", -36.7, config::any_number, "potential after a spike"),
      field(&P::t_ref, "t_ref", "ms", 4, config::not_negative, "refractory time"),
      field(&P::V_T_star, "V_T_star", "mV", -39.6, config::any_number, "threshold without spikes before"),
      field(&P::Delta_V, "Delta_V", "mV", 1.4, config::positive, "softness of the threshold"),
      field(&P::lambda_0, "lambda_0", "Hz", 1, config::not_negative, "rate of spikes at the threshold"),
      field(&P::tau_stc_1, "tau_stc_1", "ms", 57.8, config::positive, "decay of the first spike-triggered current"),
      field(&P::q_stc_1, "q_stc_1", "pA", 56.7, config::any_number, "jump of the first spike-triggered current"),
      field(&P::tau_stc_2, "tau_stc_2", "ms", 218.2, config::positive, "decay of the second spike-triggered current"),
      field(&P::q_stc_2, "q_stc_2", "pA", -6.9, config::any_number, "jump of the second spike-triggered current"),
      field(&P::tau_sfa_1, "tau_sfa_1", "ms", 53.8, config::positive, "decay of the first shift of the threshold"),
      field(&P::q_sfa_1, "q_sfa_1", "mV", 11.7, config::any_number, "jump of the first shift of the threshold"),
      field(&P::tau_sfa_2, "tau_sfa_2", "ms", 640, config::positive, "decay of the second shift of the threshold"),
      field(&P::q_sfa_2, "q_sfa_2", "mV", 1.8, config::any_number, "jump of the second shift of the threshold"),
      field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr auto observed =
      fields(field(&O::E_sfa, "E_sfa", "mV", 0, config::any_number, "threshold"),
             field(&O::I_stc, "I_stc", "pA", 0, config::any_number, "sum of the spike-triggered currents"));
  static constexpr bool linear = true;

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const T current = p.I_e + input.at(x.V_m) - x.I_stc_1 - x.I_stc_2;
    return {(current - p.g_L * (x.V_m - p.E_L)) / p.C_m, -x.I_stc_1 / p.tau_stc_1, -x.I_stc_2 / p.tau_stc_2,
            -x.V_sfa_1 / p.tau_sfa_1, -x.V_sfa_2 / p.tau_sfa_2};
  }
  template <class T, class Q>
  static T hazard(const State<T>& x, const Q& p) {
    // Beyond e^50 a spike is certain in any step, and nothing may overflow.
    const T height = at_most((x.V_m - observe(x, p).E_sfa) / p.Delta_V, T(50));
    return Plain<T>(1e-3) * p.lambda_0 * exp(height);
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    return {T(p.V_reset), x.I_stc_1 + p.q_stc_1, x.I_stc_2 + p.q_stc_2, x.V_sfa_1 + p.q_sfa_1, x.V_sfa_2 + p.q_sfa_2};
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q& p) {
    return {p.V_T_star + x.V_sfa_1 + x.V_sfa_2, x.I_stc_1 + x.I_stc_2};
  }

  static constexpr Setting nest[] = {{"C_m", 80},
                                     {"g_L", 4},
                                     {"E_L", -70},
                                     {"V_m", -70},
                                     {"V_reset", -55},
                                     {"t_ref", 4},
                                     {"V_T_star", -35},
                                     {"Delta_V", 0.5},
                                     {"q_stc_1", 0},
                                     {"q_stc_2", 0},
                                     {"q_sfa_1", 0},
                                     {"q_sfa_2", 0},
                                     {"integrator", 0, "exponential_euler"},
                                     {"synapse", 0, "after"}};
  static constexpr Preset presets[] = {
      {"nest", "gif_psc_exp of NEST: exponential currents of 2 ms, which act in the step in which they arrive", false,
       nest,
       "{ ex = { kind = \"exponential_current\", tau_syn = \"2 ms\" }, in = { kind = \"exponential_current\", tau_syn "
       "= \"2 ms\" } }"}};
};

}  // namespace cajal
