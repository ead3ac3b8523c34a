#pragma once

#include "learning/plasticity/rule.hpp"

namespace cajal {

/// The rule by which Diehl & Cook's network learns digits: traces are set to 1, and a post spike counts as far as
/// another one came before it. Weights and both rates are in the unit of the port; a dimensionless weight of 1 in the
/// authors' code is 1 nS here.
struct DiehlCook {
  static constexpr std::string_view name = "diehl_cook";
  static constexpr std::string_view meaning = "triplet-like STDP of Diehl & Cook, traces set to 1";
  static constexpr std::string_view equations =
      "x, y1, y2 decay with tau_pre, tau_post_1, tau_post_2\n"
      "pre spike arrives:  w -= nu_pre y1;  then x = 1\n"
      "post spike:         w += nu_post x y2;  then y1 = y2 = 1\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source =
      "Diehl & Cook 2015, Front. Comput. Neurosci. 9:99; equations and values of the authors' code, stdp-mnist";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T tau_pre, tau_post_1, tau_post_2, nu_pre, nu_post, w_min, w_max;
  };
  template <class T>
  struct Pre {
    T x;
  };
  template <class T>
  struct Post {
    T y1, y2;
  };
  using P = Parameters<double>;

  static constexpr auto parameters =
      fields(field(&P::tau_pre, "tau_pre", "ms", 20, config::positive, "time constant of the presynaptic trace"),
             field(&P::tau_post_1, "tau_post_1", "ms", 20, config::positive,
                   "time constant of the postsynaptic trace that depresses"),
             field(&P::tau_post_2, "tau_post_2", "ms", 40, config::positive,
                   "time constant of the postsynaptic trace that gates potentiation"),
             field(&P::nu_pre, "nu_pre", weight_unit, 1e-4, config::not_negative, "step of depression"),
             field(&P::nu_post, "nu_post", weight_unit, 1e-2, config::not_negative, "step of potentiation"),
             field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
             field(&P::w_max, "w_max", weight_unit, 1, config::any_number, "largest weight"));

  static Pre<double> pre_taus(const P& p) { return {p.tau_pre}; }
  static Post<double> post_taus(const P& p) { return {p.tau_post_1, p.tau_post_2}; }

  template <class T>
  static T on_pre(const T&, const Post<T>& post, const Parameters<T>& p) {
    return -(p.nu_pre * post.y1);
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>& post, const Parameters<T>& p) {
    return p.nu_post * pre.x * post.y2;
  }
  template <class T>
  static Pre<T> after_pre(const Pre<T>&, const Parameters<T>&) {
    return {T(1)};
  }
  template <class T>
  static Post<T> after_post(const Post<T>&, const Parameters<T>&) {
    return {T(1), T(1)};
  }
};

}  // namespace cajal
