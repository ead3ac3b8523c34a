#pragma once

#include <limits>

#include "learning/plasticity/rule.hpp"

namespace cajal {

/// STDP whose potentiation grows with a power of the weight and whose depression is proportional to it: weights settle
/// in one hump, and need no upper bound. With a dendritic delay and post spikes first the weights are those of NEST's
/// `stdp_pl_synapse_hom` (w_0 = 1).
struct PowerStdp {
  static constexpr std::string_view name = "stdp_power";
  static constexpr std::string_view meaning = "pair-based STDP: potentiation by a power of the weight";
  static constexpr std::string_view equations =
      "dx/dt = -x / tau_plus;  dy/dt = -y / tau_minus\n"
      "pre spike arrives:  w -= lambda alpha w y;  then x += 1\n"
      "post spike:         w += lambda w_0^(1 - mu) w^mu x;  then y += 1\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source =
      "Morrison, Aertsen & Diesmann 2007, Neural Comput. 19:1437, eq. 6; defaults of NEST's stdp_pl_synapse_hom";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T tau_plus, tau_minus, lambda, alpha, mu, w_0, w_min, w_max;
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
      fields(field(&P::tau_plus, "tau_plus", "ms", 20, config::positive, "time constant of the presynaptic trace"),
             field(&P::tau_minus, "tau_minus", "ms", 20, config::positive, "time constant of the postsynaptic trace"),
             field(&P::lambda, "lambda", "", 0.1, config::not_negative, "step size"),
             field(&P::alpha, "alpha", "", 1, config::not_negative, "strength of depression relative to potentiation"),
             field(&P::mu, "mu", "", 0.4, config::not_negative, "exponent of potentiation"),
             field(&P::w_0, "w_0", weight_unit, 1, config::positive, "weight at which potentiation is lambda w_0 x"),
             field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
             field(&P::w_max, "w_max", weight_unit, std::numeric_limits<double>::infinity(), config::any_number,
                   "largest weight"));

  static constexpr bool on_post_ignores_post = true;

  static Pre<double> pre_taus(const P& p) { return {p.tau_plus}; }
  static Post<double> post_taus(const P& p) { return {p.tau_minus}; }

  template <class T>
  static T on_pre(const T& w, const Post<T>& post, const Parameters<T>& p) {
    return -(p.lambda * p.alpha * w * post.y);
  }
  template <class T>
  static T on_post(const T& w, const Pre<T>& pre, const Post<T>&, const Parameters<T>& p) {
    return p.lambda * p.w_0 * power(w / p.w_0, p.mu) * pre.x;
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
