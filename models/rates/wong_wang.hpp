#pragma once

#include "sim/integrate.hpp"
#include "sim/model.hpp"

namespace cajal {

/// Mean field of a local excitatory circuit by the share of its open NMDA channels.
struct WongWang {
  static constexpr std::string_view name = "wong_wang";
  static constexpr std::string_view meaning = "reduced Wong-Wang: an excitatory circuit by its NMDA gating S";
  static constexpr std::string_view equations =
      "dS/dt = -S / tau_S + (1 - S) gamma H(x)      (H in Hz; per s)\n"
      "H(x) = (a x - b) / (1 - exp(-d (a x - b)))\n"
      "x = J_N (w S + I) + I_o;  the output is S\n"
      "an edge of weight G C_ij from S to the input makes G J_N sum_j C_ij S_j";
  static constexpr std::string_view source =
      "Deco et al. 2013, J. Neurosci. 33:11239 (reduced mean field); Wong & Wang 2006, J. Neurosci. 26:1314";

  template <class T>
  struct State {
    T S;
  };
  template <class T>
  struct Parameters {
    T tau_S, gamma, a, b, d, w, J_N, I_o;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state = fields(field(&S::S, "S", "", 0.1, {0, 1, false, false}, "share of open NMDA channels"));
  static constexpr auto parameters =
      fields(field(&P::tau_S, "tau_S", "ms", 100, config::positive, "decay of the NMDA channels"),
             field(&P::gamma, "gamma", "", 0.641, config::not_negative, "what a spike opens of the closed channels"),
             field(&P::a, "a", "Hz/nA", 270, config::any_number, "slope of the rate at large currents"),
             field(&P::b, "b", "Hz", 108, config::any_number, "offset of the rate"),
             field(&P::d, "d", "ms", 154, config::positive, "curvature of the rate at its threshold"),
             field(&P::w, "w", "", 0.9, config::any_number, "weight of the circuit's own S"),
             field(&P::J_N, "J_N", "nA", 0.2609, config::any_number, "current of a fully open synapse"),
             field(&P::I_o, "I_o", "nA", 0.3, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const auto per_ms = Plain<T>(1e-3);  // from Hz
    const T current = p.J_N * (p.w * x.S + input.at(x.S)) + p.I_o;
    // y / (1 - e^(-d y)) is 1 / (d g(-d y)) with g(z) = (e^z - 1) / z, which is 1 at 0.
    const T rate_per_ms = T(1.0) / (p.d * relative_growth(-p.d * per_ms * (p.a * current - p.b)));
    return {(Plain<T>(1) - x.S) * p.gamma * rate_per_ms - x.S / p.tau_S};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.S;
  }
};

}  // namespace cajal
