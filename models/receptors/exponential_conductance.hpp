#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Exponentially decaying synaptic conductance.
struct ExponentialConductance {
  static constexpr std::string_view name = "exponential_conductance";
  static constexpr std::string_view meaning = "a conductance that jumps by the weight and decays exponentially";
  static constexpr std::string_view equations =
      "dg_syn/dt = -g_syn / tau_syn;  arrival: g_syn := g_syn + weight;  I = g_syn (E_rev - V_m)";
  static constexpr std::string_view source =
      "Brette et al. 2007, J. Comput. Neurosci. 23:349, benchmark 1; iaf_cond_exp of NEST";
  static constexpr std::string_view unit = "nS";

  template <class T>
  struct State {
    T g_syn;
  };
  template <class T>
  struct Parameters {
    T tau_syn, E_rev;
  };
  static constexpr auto state =
      fields(field(&State<double>::g_syn, "g_syn", "nS", 0, config::any_number, "synaptic conductance"));
  static constexpr auto parameters =
      fields(field(&Parameters<double>::tau_syn, "tau_syn", "ms", 5, config::positive, "time constant of the decay"),
             field(&Parameters<double>::E_rev, "E_rev", "mV", 0, config::any_number, "reversal potential"));

  template <class T, class P>
  static State<T> derivative(const State<T>& x, const P& p) {
    return {-x.g_syn / p.tau_syn};
  }
  template <class T>
  static State<T> arrive(const Parameters<T>&) {
    return {T(1)};
  }
  template <class T, class P>
  static Input<T> drive(const State<T>& x, const P& p) {
    return {x.g_syn * p.E_rev, x.g_syn};
  }
};

}  // namespace cajal
