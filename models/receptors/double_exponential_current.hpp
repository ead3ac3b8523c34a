#pragma once

#include "models/receptors/double_exponential.hpp"
#include "sim/receptor.hpp"

namespace cajal {

/// Synaptic current with time constants of its own for rise and decay.
struct DoubleExponentialCurrent {
  static constexpr std::string_view name = "double_exponential_current";
  static constexpr std::string_view meaning =
      "a current that rises with one time constant and decays with another; its "
      "peak is the weight";
  static constexpr std::string_view equations =
      "dI_syn/dt = r - I_syn / tau_decay, dr/dt = -r / tau_rise;  arrival: r := r + weight n;  I = I_syn\n"
      "one arrival: I_syn(t) ~ e^(-t / tau_decay) - e^(-t / tau_rise); n makes its greatest value the weight";
  static constexpr std::string_view source =
      "Roth & van Rossum 2009, Modeling synapses, in De Schutter (ed.), Computational Modeling Methods for "
      "Neuroscientists, section 6.2";
  static constexpr std::string_view unit = "pA";

  template <class T>
  struct State {
    T r, I_syn;
  };
  template <class T>
  struct Parameters {
    T tau_rise, tau_decay;
  };
  static constexpr auto state =
      fields(field(&State<double>::r, "r", "pA/ms", 0, config::any_number, "rise of the synaptic current"),
             field(&State<double>::I_syn, "I_syn", "pA", 0, config::any_number, "synaptic current"));
  static constexpr auto parameters = fields(
      field(&Parameters<double>::tau_rise, "tau_rise", "ms", 0.5, config::positive, "time constant of the rise"),
      field(&Parameters<double>::tau_decay, "tau_decay", "ms", 5, config::positive, "time constant of the decay"));

  template <class T, class P>
  static State<T> derivative(const State<T>& x, const P& p) {
    return {-x.r / p.tau_rise, x.r - x.I_syn / p.tau_decay};
  }
  static State<double> arrive(const Parameters<double>& p) {
    return {double_exponential_jump(p.tau_rise, p.tau_decay), 0};
  }
  template <class T, class P>
  static Input<T> drive(const State<T>& x, const P&) {
    return {x.I_syn, T(0)};
  }
};

}  // namespace cajal
