#pragma once

#include "learning/plasticity/rule.hpp"

namespace cajal {

/// Plasticity of inhibitory synapses that brings the target to a rate of its own: nearly coincident spikes strengthen,
/// every presynaptic spike by itself weakens. At the fixed point the target fires at rho0.
struct VogelsSprekeler {
  static constexpr std::string_view name = "vogels";
  static constexpr std::string_view meaning = "inhibitory STDP: inhibition grows until the target fires at rho0";
  static constexpr std::string_view equations =
      "x, y decay with tau;  alpha = 2 rho0 tau\n"
      "pre spike arrives:  w += eta (y - alpha);  then x += 1\n"
      "post spike:         w += eta x;            then y += 1\n"
      "w stays in [w_min, w_max]; of negative weights the magnitude is meant";
  static constexpr std::string_view source =
      "Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569; default values of NEST's "
      "vogels_sprekeler_synapse";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T tau, rho0, eta, w_min, w_max;
  };
  template <class T>
  struct Pre {
    T x;
  };
  template <class T>
  struct Post {
    T y;
  };
  using P = Parameters<double>;

  static constexpr auto parameters =
      fields(field(&P::tau, "tau", "ms", 20, config::positive, "time constant of both traces"),
             field(&P::rho0, "rho0", "Hz", 3, config::not_negative, "rate that the target comes to"),
             field(&P::eta, "eta", weight_unit, 1e-3, config::any_number, "step for one pair of coincident spikes"),
             field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
             field(&P::w_max, "w_max", weight_unit, unbounded, config::any_number, "largest weight"));

  static constexpr bool on_post_ignores_post = true;

  static Pre<double> pre_taus(const P& p) { return {p.tau}; }
  static Post<double> post_taus(const P& p) { return {p.tau}; }

  template <class T>
  static T on_pre(const T&, const Post<T>& post, const Parameters<T>& p) {
    constexpr double hertz = 1e-3;  // in 1/ms
    return p.eta * (post.y - T(2 * hertz) * p.rho0 * p.tau);
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>&, const Parameters<T>& p) {
    return p.eta * pre.x;
  }
  template <class T>
  static Pre<T> after_pre(const Pre<T>& pre, const Parameters<T>&) {
    return {pre.x + T(1)};
  }
  template <class T>
  static Post<T> after_post(const Post<T>& post, const Parameters<T>&) {
    return {post.y + T(1)};
  }
};

}  // namespace cajal
