#pragma once

#include "models/receptors/double_exponential.hpp"
#include "sim/receptor.hpp"

namespace cajal {

/// NMDA receptors: a slow conductance that magnesium blocks where the membrane is not depolarised.
struct Nmda {
  static constexpr std::string_view name = "nmda";
  static constexpr std::string_view meaning =
      "a slow conductance that magnesium blocks at low potentials; its peak, "
      "without block, is the weight";
  static constexpr std::string_view equations =
      "dg_syn/dt = r - g_syn / tau_decay, dr/dt = -r / tau_rise;  arrival: r := r + weight n\n"
      "I = B(V_m) g_syn (E_rev - V_m), B(v) = 1 / (1 + (Mg / 3.57) e^(-0.062 v))   (Mg in mM, v in mV)\n"
      "n makes the greatest value of g_syn after one arrival the weight";
  static constexpr std::string_view source =
      "Jahr & Stevens 1990, J. Neurosci. 10:3178: half of the channels are blocked at 0 mV by 3.57 mM";
  static constexpr std::string_view unit = "nS";

  template <class T>
  struct State {
    T r, g_syn;
  };
  template <class T>
  struct Parameters {
    T tau_rise, tau_decay, E_rev, Mg;
  };
  static constexpr auto state =
      fields(field(&State<double>::r, "r", "nS/ms", 0, config::any_number, "rise of the synaptic conductance"),
             field(&State<double>::g_syn, "g_syn", "nS", 0, config::any_number, "synaptic conductance without block"));
  static constexpr auto parameters =
      fields(field(&Parameters<double>::tau_rise, "tau_rise", "ms", 2, config::positive, "time constant of the rise"),
             field(&Parameters<double>::tau_decay, "tau_decay", "ms", 100, config::positive,
                   "time constant of the "
                   "decay"),
             field(&Parameters<double>::E_rev, "E_rev", "mV", 0, config::any_number, "reversal potential"),
             field(&Parameters<double>::Mg, "Mg", "", 1, config::not_negative, "magnesium outside the cell, in mM"));

  template <class T, class P>
  static State<T> derivative(const State<T>& x, const P& p) {
    return {-x.r / p.tau_rise, x.r - x.g_syn / p.tau_decay};
  }
  static State<double> arrive(const Parameters<double>& p) {
    return {double_exponential_jump(p.tau_rise, p.tau_decay), 0};
  }
  template <class T, class P>
  static Input<T> drive(const State<T>& x, const P& p) {
    return {x.g_syn * p.E_rev, x.g_syn};
  }
  /// The share of channels that magnesium leaves open.
  template <class T, class P>
  static T gate(const T& v, const P& p) {
    const T one(Plain<T>(1.0));
    return one / (one + T(Plain<T>(p.Mg / 3.57)) * exp(T(Plain<T>(-0.062)) * v));
  }
};

}  // namespace cajal
