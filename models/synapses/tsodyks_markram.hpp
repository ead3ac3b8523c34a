#pragma once

#include <cmath>

#include "sim/cell.hpp"

namespace cajal {

/// Short-term plasticity of the synapses of one source: resources that spikes use up and a utilisation that they raise.
/// Both depend on the spikes of the source alone, so they are held once for each source unit and not for each synapse.
struct TsodyksMarkram {
  static constexpr std::string_view name = "tsodyks_markram";
  static constexpr std::string_view meaning =
      "short-term depression and facilitation: a spike comes out as the share of resources that it releases";
  static constexpr std::string_view equations =
      "du/dt = -u / tau_fac, dy/dt = -y / tau_psc, dx/dt = z / tau_rec, z = 1 - x - y\n"
      "spike: u := u + U (1 - u), then u x is sent, x := x - u x, y := y + u x\n"
      "tau_fac = 0: u = U at every spike. tau_psc = 0: what is released is inactive at once (z). Steps are exact.\n"
      "s spikes in one step release s u x, at most x";
  static constexpr std::string_view source =
      "Tsodyks, Pawelzik & Markram 1998, Neural Comput. 10:821, eqs. 2.1-2.3; with y Tsodyks, Uziel & Markram 2000, "
      "J. Neurosci. 20:RC50; tsodyks2_synapse and tsodyks_synapse of NEST";
  template <class T>
  struct State {
    T u, x, y;
  };
  template <class T>
  struct Parameters {
    T U, tau_rec, tau_fac, tau_psc;
  };
  static constexpr auto state =
      fields(field(&State<double>::u, "u", "", 0, config::fraction, "utilisation, what is left of earlier spikes'"),
             field(&State<double>::x, "x", "", 1, config::fraction, "share of resources that is available"),
             field(&State<double>::y, "y", "", 0, config::fraction, "share of resources that is active"));
  static constexpr auto parameters =
      fields(field(&Parameters<double>::U, "U", "", 0.5, config::fraction, "increment of the utilisation by a spike"),
             field(&Parameters<double>::tau_rec, "tau_rec", "ms", 800, config::not_negative, "recovery of resources"),
             field(&Parameters<double>::tau_fac, "tau_fac", "ms", 0, config::not_negative, "decay of the utilisation"),
             field(&Parameters<double>::tau_psc, "tau_psc", "ms", 0, config::not_negative,
                   "how long what was released stays active before it recovers"));
  static constexpr std::array<CellPort, 1> ports{{{"spikes", 1, "spikes of the source"}}};

  /// U; what is left after a step of u and of y; the shares of y and of z that are available again after it.
  static std::array<double, 5> coefficients(const Parameters<double>& p, double dt) {
    const auto left = [dt](double tau) { return tau > 0 ? std::exp(-dt / tau) : 0.0; };
    // y -> z -> x within the step. With rates a of y and b of z it is 1 - e^(-b dt) - b (e^(-a dt) - e^(-b dt)) / (b -
    // a), where equal rates, and time constants of 0, are no special case.
    const double difference = p.tau_psc > 0 && p.tau_rec > 0 ? dt / p.tau_rec - dt / p.tau_psc : INFINITY;
    double passed = 0;
    if (difference == 0)
      passed = dt / p.tau_rec * left(p.tau_rec);
    else if (std::fabs(difference) < 1)
      passed = dt / p.tau_rec * left(p.tau_rec) * std::expm1(difference) / difference;
    else if (p.tau_psc > 0)
      passed = p.tau_psc / (p.tau_psc - p.tau_rec) * (left(p.tau_psc) - left(p.tau_rec));
    const double from_y = 1 - left(p.tau_rec) - passed;
    return {p.U, left(p.tau_fac), left(p.tau_psc), from_y, 1 - left(p.tau_rec)};
  }

  template <class X, class A, class C>
  static auto update(const X& before, const A& gates, const C& coefficients) {
    const auto& [u_before, x_before, y_before] = before;
    const auto& [spikes] = gates;
    const auto& [U, u_left, y_left, x_from_y, x_from_z] = coefficients;
    const Plain<std::decay_t<decltype(x_before)>> one = 1.0;
    const auto z = one - x_before - y_before;
    const auto x = x_before + x_from_y * y_before + x_from_z * z;
    const auto u_decayed = u_left * u_before;
    const auto raised = U * spikes;
    const auto u = u_decayed + (one - u_decayed) * at_most(raised, decltype(raised)(one));
    const auto share = u * spikes;
    const auto released = at_most(share, decltype(share)(one)) * x;
    return Updated{std::tuple{u, x - released, y_left * y_before + released}, released};
  }
};

}  // namespace cajal
