#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Synaptic current in the form of an alpha function: it rises and decays with one time constant.
struct AlphaCurrent {
  static constexpr std::string_view name = "alpha_current";
  static constexpr std::string_view meaning =
      "a current that rises and decays with one time constant; its peak is "
      "the weight";
  static constexpr std::string_view equations =
      "dI_syn/dt = r - I_syn / tau_syn, dr/dt = -r / tau_syn;  arrival: r := r + weight e / tau_syn;  I = I_syn\n"
      "one arrival: I_syn(t) = weight (t / tau_syn) e^(1 - t / tau_syn), greatest at t = tau_syn";
  static constexpr std::string_view source =
      "Rotter & Diesmann 1999, Biol. Cybern. 81:381, section 3.1.1; iaf_psc_alpha of NEST";
  static constexpr std::string_view unit = "pA";

  template <class T>
  struct State {
    T r, I_syn;
  };
  template <class T>
  struct Parameters {
    T tau_syn;
  };
  static constexpr auto state =
      fields(field(&State<double>::r, "r", "pA/ms", 0, config::any_number, "rise of the synaptic current"),
             field(&State<double>::I_syn, "I_syn", "pA", 0, config::any_number, "synaptic current"));
  static constexpr auto parameters = fields(
      field(&Parameters<double>::tau_syn, "tau_syn", "ms", 2, config::positive, "time constant of rise and decay"));

  template <class T, class P>
  static State<T> derivative(const State<T>& x, const P& p) {
    return {-x.r / p.tau_syn, x.r - x.I_syn / p.tau_syn};
  }
  static State<double> arrive(const Parameters<double>& p) { return {std::exp(1.0) / p.tau_syn, 0}; }
  template <class T, class P>
  static Input<T> drive(const State<T>& x, const P&) {
    return {x.I_syn, T(0)};
  }
};

}  // namespace cajal
