#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Synaptic conductance in the form of an alpha function: it rises and decays with one time constant.
struct AlphaConductance {
  static constexpr std::string_view name = "alpha_conductance";
  static constexpr std::string_view meaning =
      "a conductance that rises and decays with one time constant; its peak "
      "is the weight";
  static constexpr std::string_view equations =
      "dg_syn/dt = r - g_syn / tau_syn, dr/dt = -r / tau_syn;  arrival: r := r + weight e / tau_syn\n"
      "I = g_syn (E_rev - V_m)\n"
      "one arrival: g_syn(t) = weight (t / tau_syn) e^(1 - t / tau_syn), greatest at t = tau_syn";
  static constexpr std::string_view source = "Rall 1967, J. Neurophysiol. 30:1138; iaf_cond_alpha of NEST";
  static constexpr std::string_view unit = "nS";

  template <class T>
  struct State {
    T r, g_syn;
  };
  template <class T>
  struct Parameters {
    T tau_syn, E_rev;
  };
  static constexpr auto state =
      fields(field(&State<double>::r, "r", "nS/ms", 0, config::any_number, "rise of the synaptic conductance"),
             field(&State<double>::g_syn, "g_syn", "nS", 0, config::any_number, "synaptic conductance"));
  static constexpr auto parameters = fields(
      field(&Parameters<double>::tau_syn, "tau_syn", "ms", 2, config::positive, "time constant of rise and decay"),
      field(&Parameters<double>::E_rev, "E_rev", "mV", 0, config::any_number, "reversal potential"));

  template <class T, class P>
  static State<T> derivative(const State<T>& x, const P& p) {
    return {-x.r / p.tau_syn, x.r - x.g_syn / p.tau_syn};
  }
  static State<double> arrive(const Parameters<double>& p) { return {std::exp(1.0) / p.tau_syn, 0}; }
  template <class T, class P>
  static Input<T> drive(const State<T>& x, const P& p) {
    return {x.g_syn * p.E_rev, x.g_syn};
  }
};

}  // namespace cajal
