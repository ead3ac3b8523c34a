#pragma once

#include "sim/model.hpp"

namespace cajal {

/// A cortical column: pyramidal cells with an excitatory and an inhibitory feedback loop.
struct JansenRit {
  static constexpr std::string_view name = "jansen_rit";
  static constexpr std::string_view meaning = "cortical column: pyramidal cells with two feedback loops";
  static constexpr std::string_view equations =
      "dy0/dt = y3,  dy3/dt = A a S(y1 - y2) - 2 a y3 - a^2 y0\n"
      "dy1/dt = y4,  dy4/dt = A a (p + I + C2 S(C1 y0)) - 2 a y4 - a^2 y1\n"
      "dy2/dt = y5,  dy5/dt = B b C4 S(C3 y0) - 2 b y5 - b^2 y2\n"
      "S(v) = 2 e0 / (1 + exp(r (v0 - v))),  C1 = C, C2 = 0.8 C, C3 = C4 = 0.25 C\n"
      "the output is the pyramidal cells' rate S(y1 - y2) in Hz; I and p are rates in Hz";
  static constexpr std::string_view source = "Jansen & Rit 1995, Biol. Cybern. 73:357, equation 6 and section 3.1";

  template <class T>
  struct State {
    T y0, y1, y2, y3, y4, y5;
  };
  template <class T>
  struct Parameters {
    T A, B, a, b, C, v0, e0, r, p;
  };
  template <class T>
  struct Observed {
    T EEG;
  };
  using S = State<double>;
  using P = Parameters<double>;
  using O = Observed<double>;
  static constexpr auto state = fields(
      field(&S::y0, "y0", "mV", 0, config::any_number, "potential that pyramidal cells cause in the interneurons"),
      field(&S::y1, "y1", "mV", 0, config::any_number, "excitatory potential of the pyramidal cells"),
      field(&S::y2, "y2", "mV", 0, config::any_number, "inhibitory potential of the pyramidal cells, positive"),
      field(&S::y3, "y3", "mV/ms", 0, config::any_number, "slope of y0"),
      field(&S::y4, "y4", "mV/ms", 0, config::any_number, "slope of y1"),
      field(&S::y5, "y5", "mV/ms", 0, config::any_number, "slope of y2"));
  static constexpr auto parameters =
      fields(field(&P::A, "A", "mV", 3.25, config::not_negative, "largest excitatory postsynaptic potential times e"),
             field(&P::B, "B", "mV", 22, config::not_negative, "largest inhibitory postsynaptic potential times e"),
             field(&P::a, "a", "Hz", 100, config::positive, "rate of the excitatory membranes and dendrites"),
             field(&P::b, "b", "Hz", 50, config::positive, "rate of the inhibitory membranes and dendrites"),
             field(&P::C, "C", "", 135, config::not_negative, "number of synapses: C1"),
             field(&P::v0, "v0", "mV", 6, config::any_number, "potential at which the rate is half of its largest"),
             field(&P::e0, "e0", "Hz", 2.5, config::not_negative, "half of the largest rate"),
             field(&P::r, "r", "1/mV", 0.56, config::positive, "steepness of S"),
             field(&P::p, "p", "Hz", 120, config::any_number, "constant rate of the input"));
  static constexpr auto observed =
      fields(field(&O::EEG, "EEG", "mV", 0, config::any_number, "potential of the pyramidal cells, y1 - y2"));

  template <class T, class Q>
  static T rate(const T& v, const Q& p) {
    return Plain<T>(2) * p.e0 * sigmoid(p.r * (v - p.v0));
  }
  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const auto per_ms = Plain<T>(1e-3);  // from Hz
    const Plain<T> a = per_ms * p.a, b = per_ms * p.b, C1 = p.C, C2 = Plain<T>(0.8) * C1, C3 = Plain<T>(0.25) * C1;
    const T into_y0 = rate(x.y1 - x.y2, p), into_y1 = p.p + input.at(x.y1) + C2 * rate(C1 * x.y0, p);
    const T into_y2 = C3 * rate(C3 * x.y0, p);
    return {x.y3,
            x.y4,
            x.y5,
            a * (p.A * per_ms * into_y0 - Plain<T>(2) * x.y3 - a * x.y0),
            a * (p.A * per_ms * into_y1 - Plain<T>(2) * x.y4 - a * x.y1),
            b * (p.B * per_ms * into_y2 - Plain<T>(2) * x.y5 - b * x.y2)};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q& p) {
    return rate(x.y1 - x.y2, p);
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q&) {
    return {x.y1 - x.y2};
  }
};

}  // namespace cajal
