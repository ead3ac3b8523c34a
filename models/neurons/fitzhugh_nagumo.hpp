#pragma once

#include "sim/model.hpp"

namespace cajal {

/// FitzHugh's simplification of the Hodgkin-Huxley equations, without units.
struct FitzHughNagumo {
  static constexpr std::string_view name = "fitzhugh_nagumo";
  static constexpr std::string_view meaning = "FitzHugh & Nagumo's relaxation oscillator, without units";
  static constexpr std::string_view equations =
      "dv/dt = v - v^3 / 3 - w + I_e + I(v)      (per ms)\n"
      "tau dw/dt = v + a - b w\n"
      "spike:  v crosses v_th upward";
  static constexpr std::string_view source =
      "FitzHugh 1961, Biophys. J. 1:445, equations 1 and 2 (there w is -y, and tau is c^2 in units of the fast time); "
      "Nagumo, Arimoto & Yoshizawa 1962, Proc. IRE 50:2061";

  template <class T>
  struct State {
    T v, w;
  };
  template <class T>
  struct Parameters {
    T a, b, tau, v_th, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  // The state of rest where nothing arrives.
  static constexpr auto state =
      fields(field(&S::v, "v", "", -1.1994080352440, config::any_number, "fast variable, as a membrane potential"),
             field(&S::w, "w", "", -0.6242600440550, config::any_number, "recovery variable"));
  static constexpr auto parameters =
      fields(field(&P::a, "a", "", 0.7, config::any_number, "shift of the recovery"),
             field(&P::b, "b", "", 0.8, config::any_number, "decay of the recovery"),
             field(&P::tau, "tau", "ms", 12.5, config::positive, "time constant of the recovery"),
             field(&P::v_th, "v_th", "", 0, config::any_number, "value of v at which a spike is counted"),
             field(&P::I_e, "I_e", "", 0, config::any_number, "constant input"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const T& v = x.v;
    return {v - Plain<T>(1.0 / 3) * v * v * v - x.w + p.I_e + input.at(v), (v + p.a - p.b * x.w) / p.tau};
  }
  template <class T, class Q>
  static T spiked(const State<T>& before, const State<T>& now, const Q& p) {
    return crossed(before.v, now.v, T(p.v_th));
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    return x;
  }
};

}  // namespace cajal
