#pragma once

#include "sim/model.hpp"

namespace cajal {

/// A neuromodulator, global or of a population: what three-factor rules read.
struct Modulator {
  static constexpr std::string_view name = "modulator";
  static constexpr std::string_view meaning = "concentration of a neuromodulator, raised by what arrives";
  static constexpr std::string_view equations =
      "dx/dt = -x / tau;  n = baseline + x\n"
      "what arrives at a `delta` receptor, the default one, is added to x; the output is n";
  static constexpr std::string_view source =
      "Izhikevich 2007, Cerebral Cortex 17:2443, eq. 2.4; volume_transmitter of NEST, whose dopamine spikes have the "
      "weight 1 / tau, tau in ms";

  template <class T>
  struct State {
    T x;
  };
  template <class T>
  struct Parameters {
    T tau, baseline;
  };
  template <class T>
  struct Observed {
    T n;
  };
  using P = Parameters<double>;
  static constexpr auto state =
      fields(field(&State<double>::x, "x", "", 0, config::any_number, "excess over the baseline"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 200, config::positive, "time constant of the decay"),
             field(&P::baseline, "baseline", "", 0, config::any_number, "tonic concentration"));
  static constexpr auto observed = fields(field(&Observed<double>::n, "n", "", 0, config::any_number, "concentration"));
  static constexpr bool linear = true;
  /// Arrivals are amounts, not currents.
  static constexpr std::string_view receptors = "{ input = \"delta\" }";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(input.at(x.x) - x.x) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q& p) {
    return p.baseline + x.x;
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q& p) {
    return {p.baseline + x.x};
  }
};

}  // namespace cajal
