#pragma once

#include <array>

#include "sim/model.hpp"

namespace cajal {

/// Normal form of a supercritical Hopf bifurcation.
struct StuartLandau {
  static constexpr std::string_view name = "stuart_landau";
  static constexpr std::string_view meaning = "oscillator near a Hopf bifurcation (normal form)";
  static constexpr std::string_view equations =
      "tau dx/dt = (a - x^2 - y^2) x - 2 pi f tau y + input x\n"
      "tau dy/dt = (a - x^2 - y^2) y + 2 pi f tau x + input y\n"
      "below a = 0 it falls silent, above it oscillates with the amplitude sqrt(a); the output is x";
  static constexpr std::string_view source = "Deco, Kringelbach, Jirsa & Ritter 2017, Sci. Rep. 7:3095 (tau = 1 s)";

  template <class T>
  struct State {
    T x, y;
  };
  template <class T>
  struct Parameters {
    T a, f, tau;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::x, "x", "", 0.1, config::any_number, "real part"),
                                       field(&S::y, "y", "", 0, config::any_number, "imaginary part"));
  static constexpr auto parameters =
      fields(field(&P::a, "a", "", -0.02, config::any_number, "distance from the bifurcation"),
             field(&P::f, "f", "Hz", 0.05, config::any_number, "natural frequency"),
             field(&P::tau, "tau", "ms", 1000, config::positive, "time constant of the amplitude at |a| = 1"));
  static constexpr std::array<std::string_view, 2> inputs{"x", "y"};

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const std::array<Input<T>, 2>& input, const Q& p) {
    const auto omega = Plain<T>(2e-3 * 3.14159265358979323846) * p.f;
    const T growth = p.a - x.x * x.x - x.y * x.y;
    return {(growth * x.x + input[0].at(x.x)) / p.tau - omega * x.y,
            (growth * x.y + input[1].at(x.y)) / p.tau + omega * x.x};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.x;
  }
};

}  // namespace cajal
