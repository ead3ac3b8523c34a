#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Pyramidal neuron of two compartments, whose bursts tell of the coincidence of somatic and dendritic input.
struct NaudSprekeler {
  static constexpr std::string_view name = "naud_sprekeler";
  static constexpr std::string_view meaning = "two-compartment pyramidal neuron with dendritic bursts";
  static constexpr std::string_view equations =
      "C_s dV_m/dt = -C_s (V_m - E_L) / tau_s + g_s f(V_d) - w_s + I_e + I_soma(V_m)\n"
      "C_d dV_d/dt = -C_d (V_d - E_L) / tau_d + g_d f(V_d) + c_d K(age) - w_d + I_d + I_dendrite(V_d)\n"
      "tau_ws dw_s/dt = -w_s,   tau_wd dw_d/dt = a_d (V_d - E_L) - w_d\n"
      "f(V) = 1 / (1 + exp(-(V - E_d) / D_d));   K = 1 from 0.5 to 2.5 ms after a spike, else 0\n"
      "spike:  V_m >= V_th\n"
      "reset:  V_m := V_reset, w_s := w_s + b, age := 0; V_m held for t_ref";
  static constexpr std::string_view source =
      "Naud & Sprekeler 2018, PNAS 115:E6329, methods; parameters as in the network of Payeur et al. 2021";

  template <class T>
  struct State {
    T V_m, V_d, w_s, w_d, age;
  };
  template <class T>
  struct Parameters {
    T C_s, tau_s, g_s, C_d, tau_d, g_d, c_d, E_L, E_d, D_d, tau_ws, b, tau_wd, a_d, V_th, V_reset, t_ref, I_e, I_d;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr std::array<std::string_view, 2> inputs{"soma", "dendrite"};

  static constexpr auto state =
      fields(field(&S::V_m, "V_m", "mV", -70, config::any_number, "potential of the soma"),
             field(&S::V_d, "V_d", "mV", -70, config::any_number, "potential of the dendrite"),
             field(&S::w_s, "w_s", "pA", 0, config::any_number, "adaptation current of the soma"),
             field(&S::w_d, "w_d", "pA", 0, config::any_number, "recovery current of the dendrite"),
             field(&S::age, "age", "ms", 1000, config::not_negative, "time since the last spike"));
  static constexpr auto parameters =
      fields(field(&P::C_s, "C_s", "pF", 370, config::positive, "capacitance of the soma"),
             field(&P::tau_s, "tau_s", "ms", 16, config::positive, "membrane time constant of the soma"),
             field(&P::g_s, "g_s", "pA", 1300, config::not_negative, "current that dendritic spikes send to the soma"),
             field(&P::C_d, "C_d", "pF", 170, config::positive, "capacitance of the dendrite"),
             field(&P::tau_d, "tau_d", "ms", 7, config::positive, "membrane time constant of the dendrite"),
             field(&P::g_d, "g_d", "pA", 1200, config::not_negative, "regenerative current of the dendrite"),
             field(&P::c_d, "c_d", "pA", 2600, config::not_negative, "current that a spike sends back to the dendrite"),
             field(&P::E_L, "E_L", "mV", -70, config::any_number, "resting potential"),
             field(&P::E_d, "E_d", "mV", -38, config::any_number, "half activation of the dendritic spike"),
             field(&P::D_d, "D_d", "mV", 6, config::positive, "width of its activation"),
             field(&P::tau_ws, "tau_ws", "ms", 100, config::positive, "time constant of the soma's adaptation"),
             field(&P::b, "b", "pA", 200, config::any_number, "adaptation by a spike"),
             field(&P::tau_wd, "tau_wd", "ms", 30, config::positive, "time constant of the dendrite's recovery"),
             field(&P::a_d, "a_d", "nS", 13, config::any_number, "recovery by the dendrite's potential"),
             field(&P::V_th, "V_th", "mV", -50, config::any_number, "threshold"),
             field(&P::V_reset, "V_reset", "mV", -70, config::any_number, "potential after a spike"),
             field(&P::t_ref, "t_ref", "ms", 3, config::not_negative, "refractory time"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current into the soma"),
             field(&P::I_d, "I_d", "pA", 0, config::any_number, "constant current into the dendrite"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const std::array<Input<T>, 2>& input, const Q& p) {
    const T zero(Plain<T>(0.0)), one(Plain<T>(1.0));
    const T active = sigmoid((x.V_d - p.E_d) / p.D_d);
    const T back = where(x.age > T(Plain<T>(0.5)), where(x.age < T(Plain<T>(2.5)), one, zero), zero);
    const T soma = p.g_s * active - x.w_s + p.I_e + input[0].at(x.V_m);
    const T dendrite = p.g_d * active + p.c_d * back - x.w_d + p.I_d + input[1].at(x.V_d);
    return {(p.E_L - x.V_m) / p.tau_s + soma / p.C_s, (p.E_L - x.V_d) / p.tau_d + dendrite / p.C_d, -x.w_s / p.tau_ws,
            (p.a_d * (x.V_d - p.E_L) - x.w_d) / p.tau_wd, one};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - p.V_th;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_m = T(p.V_reset);
    x.w_s = x.w_s + p.b;
    x.age = T(Plain<T>(0.0));
    return x;
  }
};

}  // namespace cajal
