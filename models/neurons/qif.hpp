#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Quadratic integrate-and-fire neuron.
struct Qif {
  static constexpr std::string_view name = "qif";
  static constexpr std::string_view meaning = "quadratic integrate-and-fire neuron";
  static constexpr std::string_view equations =
      "C_m dV_m/dt = g_L (V_m - E_L) (V_m - V_th) / (V_th - E_L) + I_e + I(V_m)\n"
      "spike:  V_m >= V_peak\n"
      "reset:  V_m := V_reset";
  static constexpr std::string_view source =
      "Ermentrout & Kopell 1986, SIAM J. Appl. Math. 46:233; Latham, Richmond, Nelson & Nirenberg 2000, J. "
      "Neurophysiol. 83:808, eq. 1";

  template <class T>
  struct State {
    T V_m;
  };
  template <class T>
  struct Parameters {
    T C_m, g_L, E_L, V_th, V_reset, V_peak, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::V_m, "V_m", "mV", -65, config::any_number, "membrane potential"));
  static constexpr auto parameters =
      fields(field(&P::C_m, "C_m", "pF", 100, config::positive, "membrane capacitance"),
             field(&P::g_L, "g_L", "nS", 10, config::positive, "leak conductance at rest"),
             field(&P::E_L, "E_L", "mV", -65, config::any_number, "resting potential, below V_th"),
             field(&P::V_th, "V_th", "mV", -50, config::any_number, "potential beyond which a spike sets in"),
             field(&P::V_reset, "V_reset", "mV", -80, config::any_number, "potential after a spike"),
             field(&P::V_peak, "V_peak", "mV", 20, config::any_number, "potential at which a spike is counted"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    // Beyond the peak the spike is over: the parabola is bounded there, or the stages of a step overflow.
    const T v = at_most(x.V_m, T(p.V_peak));
    return {(p.g_L * (v - p.E_L) * (v - p.V_th) / (p.V_th - p.E_L) + p.I_e + input.at(v)) / p.C_m};
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
