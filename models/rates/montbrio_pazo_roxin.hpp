#pragma once

#include "sim/model.hpp"

namespace cajal {

/// Exact mean field of quadratic integrate-and-fire neurons whose currents have a Lorentzian distribution.
struct MontbrioPazoRoxin {
  static constexpr std::string_view name = "montbrio_pazo_roxin";
  static constexpr std::string_view meaning = "exact mean field of quadratic integrate-and-fire neurons";
  static constexpr std::string_view equations =
      "tau dr/dt = Delta / (pi tau) + 2 r v\n"
      "tau dv/dt = v^2 + eta + J tau r + I - (pi tau r)^2\n"
      "of neurons with tau dV/dt = V^2 + eta_j + J tau r + I that go from V = infinity to -infinity at a spike,\n"
      "eta_j Lorentzian around eta with half width Delta; the output is r in Hz";
  static constexpr std::string_view source = "Montbrio, Pazo & Roxin 2015, Phys. Rev. X 5:021028, equations 12 and 13";

  template <class T>
  struct State {
    T v, r;
  };
  template <class T>
  struct Parameters {
    T tau, Delta, eta, J;
  };
  template <class T>
  struct Observed {
    T synchrony;
  };
  using S = State<double>;
  using P = Parameters<double>;
  using O = Observed<double>;
  static constexpr auto state = fields(field(&S::v, "v", "", -2, config::any_number, "mean membrane potential"),
                                       field(&S::r, "r", "Hz", 0, config::not_negative, "firing rate"));
  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 10, config::positive, "membrane time constant"),
             field(&P::Delta, "Delta", "", 1, config::not_negative, "half width of the currents' distribution"),
             field(&P::eta, "eta", "", -5, config::any_number, "centre of the currents' distribution"),
             field(&P::J, "J", "", 15, config::any_number, "weight of the recurrent synapses"));
  static constexpr auto observed = fields(field(&O::synchrony, "synchrony", "", 0, config::any_number,
                                                "Kuramoto's order parameter of the neurons' phases, 0 to 1"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const auto pi = Plain<T>(3.14159265358979323846);
    const T r = per_tau(x, p);
    return {(x.v * x.v + p.eta + p.J * r + input.at(x.v) - pi * pi * r * r) / p.tau,
            Plain<T>(1e3) * (p.Delta / pi + Plain<T>(2) * r * x.v) / (p.tau * p.tau)};
  }
  template <class T, class Q>
  static T output(const State<T>& x, const Q&) {
    return x.r;
  }
  /// |Z| of Z = (1 - W*) / (1 + W*), W = pi tau r + i v (the paper's eq. 15).
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q& p) {
    const T w = Plain<T>(3.14159265358979323846) * per_tau(x, p), one(1);
    return {sqrt(((one - w) * (one - w) + x.v * x.v) / ((one + w) * (one + w) + x.v * x.v))};
  }

 private:
  /// tau r, a plain number.
  template <class T, class Q>
  static T per_tau(const State<T>& x, const Q& p) {
    return Plain<T>(1e-3) * p.tau * x.r;
  }
};

}  // namespace cajal
