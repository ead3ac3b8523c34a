#pragma once

#include "sim/receptor.hpp"

namespace cajal {

/// Exponentially decaying synaptic current.
struct ExponentialCurrent {
  static constexpr std::string_view name = "exponential_current";
  static constexpr std::string_view meaning = "a current that jumps by the weight and decays exponentially";
  static constexpr std::string_view equations =
      "dI_syn/dt = -I_syn / tau_syn;  arrival: I_syn := I_syn + weight;  I = I_syn";
  static constexpr std::string_view source =
      "Rotter & Diesmann 1999, Biol. Cybern. 81:381, section 3.1.2; iaf_psc_exp of NEST";
  static constexpr std::string_view unit = "pA";

  template <class T>
  struct State {
    T I_syn;
  };
  template <class T>
  struct Parameters {
    T tau_syn;
  };
  static constexpr auto state =
      fields(field(&State<double>::I_syn, "I_syn", "pA", 0, config::any_number, "synaptic current"));
  static constexpr auto parameters =
      fields(field(&Parameters<double>::tau_syn, "tau_syn", "ms", 2, config::positive, "time constant of the decay"));

  template <class T, class P>
  static State<T> derivative(const State<T>& x, const P& p) {
    return {-x.I_syn / p.tau_syn};
  }
  template <class T>
  static State<T> arrive(const Parameters<T>&) {
    return {T(1)};
  }
  template <class T, class P>
  static Input<T> drive(const State<T>& x, const P&) {
    return {x.I_syn, T(0)};
  }
};

}  // namespace cajal
