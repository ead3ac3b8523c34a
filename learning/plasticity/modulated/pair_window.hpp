#pragma once

#include "learning/plasticity/modulated_rule.hpp"

namespace cajal {

/// What rules have in common whose eligibility follows pairs of spikes:
///     pre spike:   c -= A_minus y, then x += 1;   post spike:   c += A_plus x, then y += 1
/// where x and y decay with tau_plus and tau_minus.
struct PairWindow {
  template <class T>
  struct Parameters {
    T tau_plus, tau_minus, A_plus, A_minus, tau_c, b, w_min, w_max, keep;
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

  static constexpr bool bounds_from_weights = true;
  static constexpr std::array word_keys = {WordKey{"trace",
                                                   "whether a trace counts all earlier spikes or the nearest one",
                                                   {{{"all", 1}, {"nearest", 0}}},
                                                   field(&P::keep, "", "", 0, config::any_number, "").member}};

  static constexpr Field tau_plus(double ms) {
    return field(&P::tau_plus, "tau_plus", "ms", ms, config::positive, "time constant of the presynaptic trace");
  }
  static constexpr Field tau_minus(double ms) {
    return field(&P::tau_minus, "tau_minus", "ms", ms, config::positive, "time constant of the postsynaptic trace");
  }
  static constexpr Field A_plus(double value) {
    return field(&P::A_plus, "A_plus", weight_unit, value, config::any_number, "what a post spike adds, times x");
  }
  static constexpr Field A_minus(double value) {
    return field(&P::A_minus, "A_minus", weight_unit, value, config::any_number, "what a pre spike takes, times y");
  }
  static constexpr Field w_min = field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight");
  static constexpr Field w_max = field(&P::w_max, "w_max", weight_unit, 1, config::any_number, "largest weight");

  static double eligibility(const P& p) { return p.tau_c; }
  static double tonic(const P& p) { return p.b; }
  static Pre<double> pre_taus(const P& p) { return {p.tau_plus}; }
  static Post<double> post_taus(const P& p) { return {p.tau_minus}; }

  template <class T>
  static T on_pre(const T&, const Post<T>& post, const Parameters<T>& p) {
    return -(p.A_minus * post.y);
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>&, const Parameters<T>& p) {
    return p.A_plus * pre.x;
  }
  template <class T>
  static Pre<T> after_pre(const Pre<T>& pre, const Parameters<T>& p) {
    return {p.keep * pre.x + T(1.0)};
  }
  template <class T>
  static Post<T> after_post(const Post<T>& post, const Parameters<T>& p) {
    return {p.keep * post.y + T(1.0)};
  }
};

}  // namespace cajal
