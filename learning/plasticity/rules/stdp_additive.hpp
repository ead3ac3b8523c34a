#pragma once

#include <array>

#include "learning/plasticity/pairs.hpp"

namespace cajal {

/// Pair-based spike-timing-dependent plasticity whose steps do not depend on the weight, between hard bounds. A step is
/// a share of the range of weights, as `A_plus g_max` in the source.
struct AdditiveStdp {
  static constexpr std::string_view name = "stdp_additive";
  static constexpr std::string_view meaning = "pair-based STDP with amplitudes A_plus and A_minus and hard bounds";
  static constexpr std::string_view equations =
      "W = w_max - w_min;  dx/dt = -x / tau_plus;  dy/dt = -y / tau_minus\n"
      "pre spike arrives:  w -= A_minus W y;  then x += 1, or x = 1 where not all pairs count\n"
      "post spike:         w += A_plus W x;   then y += 1, or y = 1\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source =
      "Song, Miller & Abbott 2000, Nat. Neurosci. 3:919; pairs: Morrison, Diesmann & "
      "Gerstner 2008, Biol. Cybern. 98:459, section 4.1.2";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T tau_plus, tau_minus, A_plus, A_minus, w_min, w_max, pairs;
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
             field(&P::A_plus, "A_plus", "", 0.005, config::any_number, "step of potentiation, as a share of W"),
             field(&P::A_minus, "A_minus", "", 0.00525, config::any_number, "step of depression, as a share of W"),
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
  static T on_pre(const T&, const Post<T>& post, const Parameters<T>& p) {
    return -(p.A_minus * (p.w_max - p.w_min) * post.y);
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>&, const Parameters<T>& p) {
    return p.A_plus * (p.w_max - p.w_min) * pre.x;
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
