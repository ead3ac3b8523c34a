#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Hindmarsh & Rose's bursting neuron, without units.
struct HindmarshRose {
  static constexpr std::string_view name = "hindmarsh_rose";
  static constexpr std::string_view meaning = "Hindmarsh & Rose's bursting neuron, without units";
  static constexpr std::string_view equations =
      "dx/dt = y - a x^3 + b x^2 - z + I_e + I(x)      (per ms)\n"
      "dy/dt = c - d x^2 - y\n"
      "dz/dt = r (s (x - x_1) - z)\n"
      "spike:  x crosses x_th upward";
  static constexpr std::string_view source = "Hindmarsh & Rose 1984, Proc. R. Soc. Lond. B 221:87, equations 1 to 3";

  template <class T>
  struct State {
    T x, y, z;
  };
  template <class T>
  struct Parameters {
    T a, b, c, d, r, s, x_1, x_th, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  // The state of rest where nothing arrives.
  static constexpr auto state =
      fields(field(&S::x, "x", "", -1.60453453280203, config::any_number, "fast variable, as a membrane potential"),
             field(&S::y, "y", "", -11.8726553347731, config::any_number, "fast currents"),
             field(&S::z, "z", "", -0.0181381312085888, config::any_number, "slow adaptation"));
  static constexpr auto parameters =
      fields(field(&P::a, "a", "", 1, config::any_number, "weight of the cubic term"),
             field(&P::b, "b", "", 3, config::any_number, "weight of the quadratic term"),
             field(&P::c, "c", "", 1, config::any_number, "drive of y"),
             field(&P::d, "d", "", 5, config::any_number, "effect of x on y"),
             field(&P::r, "r", "", 0.005, config::positive, "speed of the adaptation, 1/ms"),
             field(&P::s, "s", "", 4, config::any_number, "strength of the adaptation"),
             field(&P::x_1, "x_1", "", -1.6, config::any_number, "x at rest"),
             field(&P::x_th, "x_th", "", 0, config::any_number, "value of x at which a spike is counted"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));
  static constexpr std::string_view integrator = "rk4";

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const T square = x.x * x.x;
    return {x.y - p.a * square * x.x + p.b * square - x.z + p.I_e + input.at(x.x), p.c - p.d * square - x.y,
            p.r * (p.s * (x.x - p.x_1) - x.z)};
  }
  template <class T, class Q>
  static T spiked(const State<T>& before, const State<T>& now, const Q& p) {
    return crossed(before.x, now.x, T(p.x_th));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }
};

}  // namespace cajal
