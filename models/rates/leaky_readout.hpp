#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Leaky integrator without spikes: what a read-out of a spiking network is made of.
struct LeakyReadout {
  static constexpr std::string_view name = "leaky_readout";
  static constexpr std::string_view meaning = "leaky integrator without spikes";
  static constexpr std::string_view equations = "tau du/dt = -u + I; the output is u";
  static constexpr std::string_view source = "Bellec et al. 2020, Nature Communications 11:3625, eq. 11";

  template <class T>
  struct State {
    T u;
  };
  template <class T>
  struct Parameters {
    T tau;
  };
  static constexpr auto state = fields(field(&State<double>::u, "u", "", 0, config::any_number, "filtered input"));
  static constexpr auto parameters =
      fields(field(&Parameters<double>::tau, "tau", "ms", 20, config::positive, "time constant"));
  static constexpr bool linear = true;

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(input.at(x.u) - x.u) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.u;
  }
};

}  // namespace cajal
