#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Leaky integrate-and-fire neuron with an adaptive threshold.
struct Alif {
  static constexpr std::string_view name = "alif";
  static constexpr std::string_view meaning = "leaky integrate-and-fire neuron with a threshold that spikes raise";
  static constexpr std::string_view equations =
      "dV_m/dt = (E_L - V_m) / tau_m + (I_e + I(V_m)) / C_m\n"
      "tau_a da/dt = -a\n"
      "spike:  V_m >= V_th + beta_a a\n"
      "reset:  V_m := V_reset, or V_m := V_m - (V_th + beta_a a - E_L) where reset = \"subtract\"; a := a + 1; V_m "
      "held "
      "for t_ref";
  static constexpr std::string_view source =
      "Bellec, Salaj, Subramoney, Legenstein & Maass 2018, NeurIPS, equations 1 and 2 (its b_j is a dt / tau_a, its "
      "beta "
      "is beta_a tau_a / dt); Bellec et al. 2020, Nature Communications 11:3625, equations 8 and 9";

  template <class T>
  struct State {
    T V_m, a;
  };
  template <class T>
  struct Parameters {
    T tau_m, C_m, E_L, V_th, V_reset, t_ref, tau_a, beta_a, I_e;
  };
  template <class T>
  struct Observed {
    T V_threshold;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::V_m, "V_m", "mV", -70, config::any_number, "membrane potential"),
                                       field(&S::a, "a", "", 0, config::any_number, "recent spikes"));
  static constexpr auto parameters =
      fields(field(&P::tau_m, "tau_m", "ms", 20, config::positive, "membrane time constant"),
             field(&P::C_m, "C_m", "pF", 250, config::positive, "membrane capacitance"),
             field(&P::E_L, "E_L", "mV", -70, config::any_number, "resting potential"),
             field(&P::V_th, "V_th", "mV", -55, config::any_number, "threshold without spikes before"),
             field(&P::V_reset, "V_reset", "mV", -70, config::any_number, "potential after a spike"),
             field(&P::t_ref, "t_ref", "ms", 2, config::not_negative, "refractory time"),
             field(&P::tau_a, "tau_a", "ms", 200, config::positive, "time constant of the adaptation"),
             field(&P::beta_a, "beta_a", "mV", 2, config::any_number, "rise of the threshold by a spike"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));
  static constexpr auto observed = fields(
      field(&Observed<double>::V_threshold, "V_threshold", "mV", 0, config::any_number, "threshold as it stands"));
  static constexpr bool linear = true;

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    return {(p.E_L - x.V_m) / p.tau_m + (p.I_e + input.at(x.V_m)) / p.C_m, -x.a / p.tau_a};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - observe(now, p).V_threshold;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    return {T(p.V_reset), x.a + Plain<T>(1)};
  }
  template <class T, class Q>
  static State<T> subtract(State<T> x, const Q& p) {
    return {x.V_m - (observe(x, p).V_threshold - p.E_L), x.a + Plain<T>(1)};
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q& p) {
    return {p.V_th + p.beta_a * x.a};
  }

  // At steps of 1 ms: b0 = 0.01, beta = 1.7, tau_a = 700 ms.
  static constexpr Setting bellec[] = {{"beta", 0.951229424500714},
                                       {"C_m", 1},
                                       {"E_L", 0},
                                       {"V_th", 0.01},
                                       {"V_reset", 0},
                                       {"t_ref", 3},
                                       {"tau_a", 700},
                                       {"beta_a", 1.7 * 0.01 / 7},
                                       {"V_m", 0},
                                       {"reset", 0, "subtract"}};
  static constexpr Preset presets[] = {
      {"bellec", "of Bellec et al. 2018, without units, for steps of 1 ms", true, bellec, "{ input = \"delta\" }"}};
};

}  // namespace cajal
