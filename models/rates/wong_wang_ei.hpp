#pragma once

#include <array>

#include "sim/integrate.hpp"
#include "sim/model.hpp"

namespace cajal {

/// Mean field of an excitatory and an inhibitory pool with feedback inhibition.
struct WongWangEi {
  static constexpr std::string_view name = "wong_wang_ei";
  static constexpr std::string_view meaning =
      "dynamic mean field: excitatory and inhibitory gating, feedback inhibition";
  static constexpr std::string_view equations =
      "dS_E/dt = -S_E / tau_E + (1 - S_E) gamma H_E(x_E)      (H in Hz; per s)\n"
      "dS_I/dt = -S_I / tau_I + H_I(x_I)\n"
      "H(x) = (a x - b) / (1 - exp(-d (a x - b)))\n"
      "x_E = W_E I_o + J_NMDA (w S_E + input E) - J_i S_I\n"
      "x_I = W_I I_o + J_NMDA (S_E + input I) - S_I      (S_I counts 1 nA)\n"
      "the output is S_E; an edge of weight G C_ij to the input makes G J_NMDA sum_j C_ij S_j";
  static constexpr std::string_view source =
      "Deco, Ponce-Alvarez, Hagmann, Romani, Mantini & Corbetta 2014, J. Neurosci. 34:7886, equations 5 to 10";

  template <class T>
  struct State {
    T S_E, S_I;
  };
  template <class T>
  struct Parameters {
    T tau_E, tau_I, gamma, a_E, b_E, d_E, a_I, b_I, d_I, W_E, W_I, I_o, w, J_NMDA, J_i;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state =
      fields(field(&S::S_E, "S_E", "", 0.164, {0, 1, false, false}, "share of open NMDA channels"),
             field(&S::S_I, "S_I", "", 0.06, config::not_negative, "share of open GABA channels"));
  static constexpr auto parameters =
      fields(field(&P::tau_E, "tau_E", "ms", 100, config::positive, "decay of the NMDA channels"),
             field(&P::tau_I, "tau_I", "ms", 10, config::positive, "decay of the GABA channels"),
             field(&P::gamma, "gamma", "", 0.641, config::not_negative, "what a spike opens of the closed channels"),
             field(&P::a_E, "a_E", "Hz/nA", 310, config::any_number, "slope of H_E at large currents"),
             field(&P::b_E, "b_E", "Hz", 125, config::any_number, "offset of H_E"),
             field(&P::d_E, "d_E", "ms", 160, config::positive, "curvature of H_E at its threshold"),
             field(&P::a_I, "a_I", "Hz/nA", 615, config::any_number, "slope of H_I at large currents"),
             field(&P::b_I, "b_I", "Hz", 177, config::any_number, "offset of H_I"),
             field(&P::d_I, "d_I", "ms", 87, config::positive, "curvature of H_I at its threshold"),
             field(&P::W_E, "W_E", "", 1, config::any_number, "share of I_o that the excitatory pool gets"),
             field(&P::W_I, "W_I", "", 0.7, config::any_number, "share of I_o that the inhibitory pool gets"),
             field(&P::I_o, "I_o", "nA", 0.382, config::any_number, "constant current"),
             field(&P::w, "w", "", 1.4, config::any_number, "weight of the pool's own S_E"),
             field(&P::J_NMDA, "J_NMDA", "nA", 0.15, config::any_number, "current of fully open excitatory synapses"),
             field(&P::J_i, "J_i", "nA", 1, config::any_number, "feedback inhibition"));
  static constexpr std::array<std::string_view, 2> inputs{"E", "I"};

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const std::array<Input<T>, 2>& input, const Q& p) {
    const T to_E = p.W_E * p.I_o + p.J_NMDA * (p.w * x.S_E + input[0].at(x.S_E)) - p.J_i * x.S_I;
    const T to_I = p.W_I * p.I_o + p.J_NMDA * (x.S_E + input[1].at(x.S_I)) - x.S_I;
    const T open_E = (Plain<T>(1) - x.S_E) * p.gamma * rate_per_ms(to_E, p.a_E, p.b_E, p.d_E);
    return {open_E - x.S_E / p.tau_E, rate_per_ms(to_I, p.a_I, p.b_I, p.d_I) - x.S_I / p.tau_I};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.S_E;
  }

 private:
  /// H: y / (1 - e^(-d y)) is 1 / (d g(-d y)) with g(z) = (e^z - 1) / z, which is 1 at 0.
  template <class T, class A>
  static T rate_per_ms(const T& current, const A& a, const A& b, const A& d) {
    return T(1.0) / (d * relative_growth(Plain<T>(-1e-3) * d * (a * current - b)));
  }
};

}  // namespace cajal
