#pragma once

#include <array>

#include "sim/model.hpp"

namespace cajal {

/// Phase oscillator. With edges of weight K / N from `sin` to `sine` and from `cos` to `cosine` it is Kuramoto's model:
/// sum_j sin(theta_j - theta) = cos(theta) sum_j sin(theta_j) - sin(theta) sum_j cos(theta_j).
struct Kuramoto {
  static constexpr std::string_view name = "kuramoto";
  static constexpr std::string_view meaning = "phase oscillator";
  static constexpr std::string_view equations =
      "dtheta/dt = 2 pi f + cos(theta) (input sine) - sin(theta) (input cosine)\n"
      "theta is kept between -pi and pi; inputs in rad/s; the output is sin(theta)\n"
      "edges of weight K/N from R.sin to R.sine and from R.cos to R.cosine make K/N sum_j sin(theta_j - theta)";
  static constexpr std::string_view source =
      "Kuramoto 1984, Chemical Oscillations, Waves, and Turbulence; Acebron et al. 2005, Rev. Mod. Phys. 77:137, eq. 1";

  template <class T>
  struct State {
    T theta;
  };
  template <class T>
  struct Parameters {
    T f;
  };
  template <class T>
  struct Observed {
    T sin, cos;
  };
  using S = State<double>;
  using P = Parameters<double>;
  using O = Observed<double>;
  static constexpr auto state = fields(field(&S::theta, "theta", "", 0, config::any_number, "phase"));
  static constexpr auto parameters = fields(field(&P::f, "f", "Hz", 10, config::any_number, "natural frequency"));
  static constexpr auto observed = fields(field(&O::sin, "sin", "", 0, config::any_number, "sine of the phase"),
                                          field(&O::cos, "cos", "", 0, config::any_number, "cosine of the phase"));
  static constexpr std::array<std::string_view, 2> inputs{"sine", "cosine"};

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const std::array<Input<T>, 2>& input, const Q& p) {
    const auto per_ms = Plain<T>(1e-3);
    return {Plain<T>(2e-3 * pi) * p.f +
            per_ms * (cos(x.theta) * input[0].at(x.theta) - sin(x.theta) * input[1].at(x.theta))};
  }
  /// A phase that grew for ever would lose its digits.
  template <class T, class Q>
  static State<T> wrap(const State<T>& x, const Q&) {
    const auto turn = Plain<T>(2 * pi), half = Plain<T>(pi);
    const T down = where(x.theta > T(half), x.theta - turn, x.theta);
    return {where(down < T(-half), down + turn, down)};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return sin(x.theta);
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q&) {
    return {sin(x.theta), cos(x.theta)};
  }

 private:
  static constexpr double pi = 3.14159265358979323846;
};

}  // namespace cajal
