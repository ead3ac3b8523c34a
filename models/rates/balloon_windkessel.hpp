#pragma once

#include "sim/model.hpp"

namespace cajal {

/// What a scanner sees of neural activity: blood flow, volume and deoxyhaemoglobin of a region.
struct BalloonWindkessel {
  static constexpr std::string_view name = "balloon_windkessel";
  static constexpr std::string_view meaning = "BOLD signal that neural activity causes";
  static constexpr std::string_view equations =
      "ds/dt = I - kappa s - gamma (f - 1),  df/dt = s\n"
      "tau dv/dt = f - v^(1/alpha)\n"
      "tau dq/dt = f (1 - (1 - rho)^(1/f)) / rho - v^(1/alpha) q / v\n"
      "the output is BOLD = V_0 (k1 (1 - q) + k2 (1 - q / v) + k3 (1 - v)); I is the neural activity, in 1/s^2";
  static constexpr std::string_view source =
      "Friston, Harrison & Penny 2003, NeuroImage 19:1273, equation 3, table 1; Stephan et al. 2007, NeuroImage 38:387";

  template <class T>
  struct State {
    T s, f, v, q;
  };
  template <class T>
  struct Parameters {
    T kappa, gamma, tau, alpha, rho, V_0, k1, k2, k3;
  };
  using S = State<double>;
  using P = Parameters<double>;
  static constexpr auto state =
      fields(field(&S::s, "s", "Hz", 0, config::any_number, "signal that dilates the vessels"),
             field(&S::f, "f", "", 1, config::positive, "blood flow over that at rest"),
             field(&S::v, "v", "", 1, config::positive, "blood volume over that at rest"),
             field(&S::q, "q", "", 1, config::positive, "deoxyhaemoglobin over that at rest"));
  static constexpr auto parameters =
      fields(field(&P::kappa, "kappa", "Hz", 0.65, config::not_negative, "decay of the signal"),
             field(&P::gamma, "gamma", "", 0.41, config::not_negative, "feedback of the flow on the signal, 1/s^2"),
             field(&P::tau, "tau", "ms", 980, config::positive, "time in which blood passes"),
             field(&P::alpha, "alpha", "", 0.32, config::positive, "Grubb's exponent: stiffness of the vessels"),
             field(&P::rho, "rho", "", 0.34, {0, 1, true, true}, "share of oxygen that is extracted at rest"),
             field(&P::V_0, "V_0", "", 0.02, config::not_negative, "share of blood in the volume at rest"),
             field(&P::k1, "k1", "", 2.38, config::any_number, "weight of deoxyhaemoglobin, 7 rho at 1.5 T"),
             field(&P::k2, "k2", "", 2, config::any_number, "weight of its concentration"),
             field(&P::k3, "k3", "", 0.48, config::any_number, "weight of the volume, 2 rho - 0.2 at 1.5 T"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const auto per_ms = Plain<T>(1e-3);  // from 1/s
    // Inputs far below zero would turn the flow around; less than no blood does not flow.
    const T flow = at_least(x.f, T(1e-3)), volume = at_least(x.v, T(1e-3));
    const T out = pow(volume, T(1.0) / p.alpha);
    const T extracted = (Plain<T>(1) - exp(T(log(Plain<T>(1) - p.rho)) / flow)) / p.rho;
    return {per_ms * (input.at(x.s) - p.kappa * x.s - p.gamma * (x.f - Plain<T>(1))), per_ms * x.s,
            (flow - out) / p.tau, (flow * extracted - out * x.q / volume) / p.tau};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q& p) {
    const Plain<T> one(1);
    return p.V_0 * (p.k1 * (one - x.q) + p.k2 * (one - x.q / x.v) + p.k3 * (one - x.v));
  }

  static constexpr Setting stephan_settings[] = {{"kappa", 0.64}, {"gamma", 0.32}, {"tau", 2000},
                                                 {"alpha", 0.32}, {"rho", 0.4},    {"V_0", 0.04},
                                                 {"k1", 2.77264}, {"k2", 0.4},     {"k3", 0}};
  static constexpr Preset presets[] = {
      {"stephan_2007",
       "revised coefficients: k1 = 4.3 theta_0 rho TE, k2 = epsilon r_0 rho TE, k3 = 1 - epsilon with "
       "theta_0 = 40.3/s, r_0 = 25/s, TE = 40 ms, epsilon = 1",
       false, stephan_settings}};
};

}  // namespace cajal
