#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Leaky integrate-and-fire neuron, with the conventions of NEST, snnTorch and Diehl & Cook as presets.
struct Lif {
  static constexpr std::string_view name = "lif";
  static constexpr std::string_view meaning = "leaky integrate-and-fire neuron";
  static constexpr std::string_view equations =
      "dV_m/dt = (E_L - V_m) / tau_m + (I_e + I(V_m)) / C_m\n"
      "spike:  V_m >= V_th\n"
      "reset:  V_m := V_reset, or V_m := V_m - (V_th - E_L) where reset = \"subtract\"; held for t_ref";
  static constexpr std::string_view source =
      "Lapicque 1907; Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, eq. 1.5";

  template <class T>
  struct State {
    T V_m;
  };
  template <class T>
  struct Parameters {
    T tau_m, C_m, E_L, V_th, V_reset, t_ref, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::V_m, "V_m", "mV", -70, config::any_number, "membrane potential"));
  static constexpr auto parameters =
      fields(field(&P::tau_m, "tau_m", "ms", 10, config::positive, "membrane time constant"),
             field(&P::C_m, "C_m", "pF", 250, config::positive, "membrane capacitance"),
             field(&P::E_L, "E_L", "mV", -70, config::any_number, "resting potential"),
             field(&P::V_th, "V_th", "mV", -55, config::any_number, "threshold"),
             field(&P::V_reset, "V_reset", "mV", -70, config::any_number, "potential after a spike"),
             field(&P::t_ref, "t_ref", "ms", 2, config::not_negative, "refractory time"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr bool linear = true;

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.E_L - x.V_m) / p.tau_m + (p.I_e + input.at(x.V_m)) / p.C_m};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - p.V_th;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_m = T(p.V_reset);
    return x;
  }
  template <class T, class Q>
  static State<T> subtract(State<T> x, const Q& p) {
    x.V_m = x.V_m - (p.V_th - p.E_L);
    return x;
  }

  static constexpr Setting nest[] = {{"tau_m", 10}, {"C_m", 250},     {"E_L", -70},
                                     {"V_th", -55}, {"V_reset", -70}, {"t_ref", 2}};
  static constexpr Setting snntorch[] = {{"beta", 0.9},
                                         {"C_m", 1},
                                         {"E_L", 0},
                                         {"V_th", 1},
                                         {"V_reset", 0},
                                         {"t_ref", 0},
                                         {"V_m", 0},
                                         {"reset", 0, "subtract"},
                                         {"reset_at", 0, "next_step"}};
  static constexpr Setting diehl_cook_e[] = {{"tau_m", 100}, {"C_m", 100},     {"E_L", -65},
                                             {"V_th", -52},  {"V_reset", -65}, {"t_ref", 5}};
  static constexpr Setting diehl_cook_i[] = {{"tau_m", 10}, {"C_m", 10},      {"E_L", -60},
                                             {"V_th", -40}, {"V_reset", -45}, {"t_ref", 2}};
  static constexpr Preset presets[] = {
      {"nest", "iaf_psc_exp of NEST: exponential currents of 2 ms", false, nest,
       "{ ex = { kind = \"exponential_current\", tau_syn = \"2 ms\" }, in = { kind = \"exponential_current\", tau_syn "
       "= \"2 ms\" } }"},
      {"snntorch", "Leaky of snnTorch: V(t) = beta V(t-1) + input - V_th S(t-1), without units", true, snntorch,
       "{ input = \"delta\" }"},
      {"diehl_cook_e", "excitatory neuron of Diehl & Cook 2015", false, diehl_cook_e,
       "{ ex = { kind = \"exponential_conductance\", tau_syn = \"1 ms\", E_rev = \"0 mV\" }, in = { kind = "
       "\"exponential_conductance\", tau_syn = \"2 ms\", E_rev = \"-100 mV\" } }"},
      {"diehl_cook_i", "inhibitory neuron of Diehl & Cook 2015", false, diehl_cook_i,
       "{ ex = { kind = \"exponential_conductance\", tau_syn = \"1 ms\", E_rev = \"0 mV\" }, in = { kind = "
       "\"exponential_conductance\", tau_syn = \"2 ms\", E_rev = \"-85 mV\" } }"},
  };
};

}  // namespace cajal
