#pragma once

#include <array>

#include "learning/plasticity/pairs.hpp"

namespace cajal {

/// Pair-based spike-timing-dependent plasticity with a power law of the weight, the rule of NEST's `stdp_synapse`.
/// With w_min = 0, w_max = Wmax, a dendritic delay and post spikes first the weights are NEST's.
struct PairStdp {
  static constexpr std::string_view name = "stdp";
  static constexpr std::string_view meaning = "pair-based STDP: additive, multiplicative or a power law of the weight";
  static constexpr std::string_view equations =
      "W = w_max - w_min;  dx/dt = -x / tau_plus;  dy/dt = -y / tau_minus\n"
      "pre spike arrives:  w -= lambda alpha W ((w - w_min) / W)^mu_minus y;  then x += 1, or x = 1 where not all "
      "pairs count\n"
      "post spike:         w += lambda W ((w_max - w) / W)^mu_plus x;  then y += 1, or y = 1\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source =
      "Guetig, Aharonov, Rotter & Sompolinsky 2003, J. Neurosci. 23:3697; Morrison, Diesmann & Gerstner 2008, Biol. "
      "Cybern. 98:459; parameters of NEST's stdp_synapse";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic, Information::own_weight};

  template <class T>
  struct Parameters {
    T tau_plus, tau_minus, lambda, alpha, mu_plus, mu_minus, w_min, w_max, pairs;
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
             field(&P::lambda, "lambda", "", 0.01, config::not_negative, "step size, as a share of w_max - w_min"),
             field(&P::alpha, "alpha", "", 1, config::not_negative, "strength of depression relative to potentiation"),
             field(&P::mu_plus, "mu_plus", "", 1, config::not_negative,
                   "exponent of potentiation; 0: additive, 1: multiplicative"),
             field(&P::mu_minus, "mu_minus", "", 1, config::not_negative,
                   "exponent of depression; 0: additive, 1: multiplicative"),
             field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
             field(&P::w_max, "w_max", weight_unit, 1, config::any_number, "largest weight"));
  static constexpr bool bounds_from_weights = true;
  static constexpr std::array word_keys = {pairs_key(field(&P::pairs, "", "", 0, config::any_number, "").member)};
  static constexpr bool first_post_only(const P& p) { return first_post_counts(p.pairs); }
  static constexpr bool first_pre_only(const P& p) { return first_pre_counts(p.pairs); }

  static constexpr bool on_post_ignores_post = true;

  static Pre<double> pre_taus(const P& p) { return {p.tau_plus}; }
  static Post<double> post_taus(const P& p) { return {p.tau_minus}; }

  template <class T>
  static T on_pre(const T& w, const Post<T>& post, const Parameters<T>& p) {
    const T span = p.w_max - p.w_min;
    return -(p.lambda * p.alpha * span * power((w - p.w_min) / span, p.mu_minus) * post.y);
  }
  template <class T>
  static T on_post(const T& w, const Pre<T>& pre, const Post<T>&, const Parameters<T>& p) {
    const T span = p.w_max - p.w_min;
    return p.lambda * span * power((p.w_max - w) / span, p.mu_plus) * pre.x;
  }
  template <class T>
  static Pre<T> after_pre(const Pre<T>& pre, const Parameters<T>& p) {
    return {trace_of_pairs(pre.x, p.pairs)};
  }
  template <class T>
  static Post<T> after_post(const Post<T>& post, const Parameters<T>& p) {
    return {trace_of_pairs(post.y, p.pairs)};
  }
};

}  // namespace cajal
