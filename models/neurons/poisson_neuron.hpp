#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Unit that fires at random with the rate that arrives.
struct PoissonNeuron {
  static constexpr std::string_view name = "poisson_neuron";
  static constexpr std::string_view meaning = "unit that fires at random with the rate that arrives";
  static constexpr std::string_view equations =
      "tau dr/dt = -r + rate_e + I      (Hz)\n"
      "hazard: [r]+ spikes per second\n"
      "spike:  in a step with probability 1 - exp(-hazard dt)";
  static constexpr std::string_view source =
      "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, section 7.7: a Poisson process with a given rate";

  template <class T>
  struct State {
    T r;
  };
  template <class T>
  struct Parameters {
    T tau, rate_e, t_ref;
  };
  using P = Parameters<double>;

  static constexpr auto state =
      fields(field(&State<double>::r, "r", "Hz", 0, config::any_number, "rate of spikes, below 0 as 0"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 1, config::positive, "time in which the rate follows what arrives"),
             field(&P::rate_e, "rate_e", "Hz", 0, config::any_number, "constant rate"),
             field(&P::t_ref, "t_ref", "ms", 0, config::not_negative, "time without spikes after a spike"));
  static constexpr bool linear = true;
  static constexpr std::string_view refractory = "silent";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.rate_e + input.at(x.r) - x.r) / p.tau};
  }
  template <class T, class Q>
  static T hazard(const State<T>& x, const Q&) {
    return Plain<T>(1e-3) * at_least(x.r, T(0));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }
};

}  // namespace cajal
