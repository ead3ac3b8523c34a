#pragma once

#include "models/receptors/double_exponential.hpp"
#include "sim/receptor.hpp"

namespace cajal {

/// Synaptic conductance with time constants of its own for rise and decay.
struct DoubleExponentialConductance {
  static constexpr std::string_view name = "double_exponential_conductance";
  static constexpr std::string_view meaning =
      "a conductance that rises with one time constant and decays with another; "
      "its peak is the weight";
  static constexpr std::string_view equations =
      "dg_syn/dt = r - g_syn / tau_decay, dr/dt = -r / tau_rise;  arrival: r := r + weight n\n"
      "I = g_syn (E_rev - V_m)\n"
      "one arrival: g_syn(t) ~ e^(-t / tau_decay) - e^(-t / tau_rise); n makes its greatest value the weight";
  static constexpr std::string_view source =
      "Roth & van Rossum 2009, Modeling synapses, in De Schutter (ed.), Computational Modeling Methods for "
      "Neuroscientists, section 6.2; iaf_cond_beta of NEST";
  static constexpr std::string_view unit = "nS";

  template <class T>
  struct State {
    T r, g_syn;
  };
  template <class T>
  struct Parameters {
    T tau_rise, tau_decay, E_rev;
  };
  static constexpr auto state =
      fields(field(&State<double>::r, "r", "nS/ms", 0, config::any_number, "rise of the synaptic conductance"),
             field(&State<double>::g_syn, "g_syn", "nS", 0, config::any_number, "synaptic conductance"));
  static constexpr auto parameters = fields(
      field(&Parameters<double>::tau_rise, "tau_rise", "ms", 0.5, config::positive, "time constant of the rise"),
      field(&Parameters<double>::tau_decay, "tau_decay", "ms", 5, config::positive, "time constant of the decay"),
      field(&Parameters<double>::E_rev, "E_rev", "mV", 0, config::any_number, "reversal potential"));

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
};

}  // namespace cajal
