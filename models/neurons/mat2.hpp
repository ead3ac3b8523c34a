#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Neuron with a multi-timescale adaptive threshold: a leaky integrator that is not reset.
struct Mat2 {
  static constexpr std::string_view name = "mat2";
  static constexpr std::string_view meaning =
      "leaky integrator without reset and with a threshold that adapts on two timescales";
  static constexpr std::string_view equations =
      "dV_m/dt = (E_L - V_m) / tau_m + (I_e + I(V_m)) / C_m\n"
      "tau_k dV_th_k/dt = -V_th_k,  k = 1, 2\n"
      "spike:  V_m >= omega + V_th_1 + V_th_2, not within t_ref of the last\n"
      "then:   V_th_k := V_th_k + alpha_k";
  static constexpr std::string_view source =
      "Kobayashi, Tsubo & Shinomoto 2009, Front. Comput. Neurosci. 3:9, equations 1 to 4 and figure 5; mat2_psc_exp of "
      "NEST";

  template <class T>
  struct State {
    T V_m, V_th_1, V_th_2;
  };
  template <class T>
  struct Parameters {
    T tau_m, C_m, E_L, t_ref, omega, tau_1, alpha_1, tau_2, alpha_2, I_e;
  };
  template <class T>
  struct Observed {
    T V_th;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state =
      fields(field(&S::V_m, "V_m", "mV", -70, config::any_number, "membrane potential"),
             field(&S::V_th_1, "V_th_1", "mV", 0, config::any_number, "fast part of the threshold"),
             field(&S::V_th_2, "V_th_2", "mV", 0, config::any_number, "slow part of the threshold"));
  static constexpr auto parameters =
      fields(field(&P::tau_m, "tau_m", "ms", 5, config::positive, "membrane time constant"),
             field(&P::C_m, "C_m", "pF", 100, config::positive, "membrane capacitance"),
             field(&P::E_L, "E_L", "mV", -70, config::any_number, "resting potential"),
             field(&P::t_ref, "t_ref", "ms", 2, config::not_negative, "time without spikes after a spike"),
             field(&P::omega, "omega", "mV", -51, config::any_number, "threshold without spikes before"),
             field(&P::tau_1, "tau_1", "ms", 10, config::positive, "decay of the fast part of the threshold"),
             field(&P::alpha_1, "alpha_1", "mV", 37, config::any_number, "jump of the fast part of the threshold"),
             field(&P::tau_2, "tau_2", "ms", 200, config::positive, "decay of the slow part of the threshold"),
             field(&P::alpha_2, "alpha_2", "mV", 2, config::any_number, "jump of the slow part of the threshold"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr auto observed =
      fields(field(&Observed<double>::V_th, "V_th", "mV", 0, config::any_number, "threshold"));
  static constexpr bool linear = true;
  static constexpr std::string_view refractory = "silent";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.E_L - x.V_m) / p.tau_m + (p.I_e + input.at(x.V_m)) / p.C_m, -x.V_th_1 / p.tau_1, -x.V_th_2 / p.tau_2};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - observe(now, p).V_th;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_th_1 = x.V_th_1 + p.alpha_1;
    x.V_th_2 = x.V_th_2 + p.alpha_2;
    return x;
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q& p) {
    return {p.omega + x.V_th_1 + x.V_th_2};
  }

  static constexpr Setting nest[] = {{"tau_m", 5}, {"C_m", 100}, {"omega", -51}, {"alpha_1", 37}, {"alpha_2", 2}};
  static constexpr Setting regular_spiking[] = {{"omega", -50}, {"alpha_1", 30}, {"alpha_2", 2}};
  static constexpr Setting intrinsic_bursting[] = {{"omega", -51}, {"alpha_1", 7.5}, {"alpha_2", 1.5}};
  static constexpr Setting fast_spiking[] = {{"omega", -60}, {"alpha_1", 10}, {"alpha_2", 0.2}};
  static constexpr Setting chattering[] = {{"omega", -44}, {"alpha_1", -0.5}, {"alpha_2", 0.4}};
  static constexpr Preset presets[] = {
      {"nest", "mat2_psc_exp of NEST: exponential currents of 1 ms and 3 ms", false, nest,
       "{ ex = { kind = \"exponential_current\", tau_syn = \"1 ms\" }, in = { kind = \"exponential_current\", tau_syn "
       "= \"3 ms\" } }"},
      {"regular_spiking", "regular spiking neuron of figure 5", false, regular_spiking},
      {"intrinsic_bursting", "intrinsically bursting neuron of figure 5", false, intrinsic_bursting},
      {"fast_spiking", "fast spiking neuron of figure 5", false, fast_spiking},
      {"chattering", "chattering neuron of figure 5", false, chattering}};
};

}  // namespace cajal
