#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Exponential integrate-and-fire neuron.
struct Eif {
  static constexpr std::string_view name = "eif";
  static constexpr std::string_view meaning = "exponential integrate-and-fire neuron";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = -g_L (V_m - E_L) + g_L Delta_T exp((V_m - V_T) / Delta_T) + I_e + I(V_m)\n"
      "spike:  V_m >= V_peak\n"
      "reset:  V_m := V_reset, held for t_ref";
  static constexpr std::string_view source =
      "Fourcaud-Trocme, Hansel, van Vreeswijk & Brunel 2003, J. Neurosci. 23:11628, equations 1 and 8; parameters of "
      "its "
      "fit to the Wang-Buzsaki neuron, for 1e-4 cm^2 of membrane: 100 pA are 1 uA/cm^2";

  template <class T>
  struct State {
    T V_m;
  };
  template <class T>
  struct Parameters {
    T C_m, g_L, E_L, V_T, Delta_T, V_reset, V_peak, t_ref, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::V_m, "V_m", "mV", -65, config::any_number, "membrane potential"));
  static constexpr auto parameters =
      fields(field(&P::C_m, "C_m", "pF", 100, config::positive, "membrane capacitance"),
             field(&P::g_L, "g_L", "nS", 10, config::positive, "leak conductance"),
             field(&P::E_L, "E_L", "mV", -65, config::any_number, "resting potential"),
             field(&P::V_T, "V_T", "mV", -59.9, config::any_number, "potential at which the spike sets in"),
             field(&P::Delta_T, "Delta_T", "mV", 3.48, config::positive, "sharpness of the spike's onset"),
             field(&P::V_reset, "V_reset", "mV", -68, config::any_number, "potential after a spike"),
             field(&P::V_peak, "V_peak", "mV", -10, config::any_number, "potential at which a spike is counted"),
             field(&P::t_ref, "t_ref", "ms", 1.7, config::not_negative, "refractory time"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    // Beyond the peak the spike is over: the exponential is bounded there, or the stages of a step overflow.
    const T v = at_most(x.V_m, T(p.V_peak));
    const T onset = p.g_L * p.Delta_T * exp((v - p.V_T) / p.Delta_T);
    return {(onset - p.g_L * (v - p.E_L) + p.I_e + input.at(v)) / p.C_m};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - p.V_peak;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_m = T(p.V_reset);
    return x;
  }
};

}  // namespace cajal
