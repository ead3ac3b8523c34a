#pragma once

#include "learning/plasticity/rule.hpp"

namespace cajal {

/// The minimal triplet rule whose depression grows with the square of the postsynaptic rate over many seconds. Of
/// uncorrelated spikes those potentiate that come faster than mean^2 / kappa: a threshold that slides, as in the theory
/// of Bienenstock, Cooper & Munro, so that a unit whose rate stays at kappa is in balance. Traces start at 0: for the
/// first tau_h there is less depression.
struct MetaplasticTriplet {
  static constexpr std::string_view name = "triplet_metaplastic";
  static constexpr std::string_view meaning = "minimal triplet STDP whose depression follows the mean rate";
  static constexpr std::string_view equations =
      "r, o1, o2, h decay with tau_plus, tau_minus, tau_y, tau_h;  A2_minus = A3_plus tau_plus tau_y (h / tau_h)^2 / "
      "(tau_minus kappa)\n"
      "pre spike arrives:  w -= w_ref A2_minus o1;    then r += 1\n"
      "post spike:         w += w_ref A3_plus r o2;   then o1 += 1, o2 += 1, h += 1\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source =
      "Pfister & Gerstner 2006, J. Neurosci. 26:9673; values: Zenke, Hennequin & Gerstner 2013, PLoS Comput. Biol. "
      "9:e1003330";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T tau_plus, tau_minus, tau_y, tau_h, A3_plus, kappa, w_ref, w_min, w_max;
  };
  template <class T>
  struct Pre {
    T r;
  };
  template <class T>
  struct Post {
    T o1, o2, h;
  };
  using P = Parameters<double>;

  static constexpr auto parameters = fields(
      field(&P::tau_plus, "tau_plus", "ms", 16.8, config::positive, "time constant of the presynaptic trace r"),
      field(&P::tau_minus, "tau_minus", "ms", 33.7, config::positive,
            "time constant of the fast postsynaptic trace o1"),
      field(&P::tau_y, "tau_y", "ms", 114, config::positive, "time constant of the slow postsynaptic trace o2"),
      field(&P::tau_h, "tau_h", "ms", 1e4, config::positive, "time over which the postsynaptic rate is averaged"),
      field(&P::A3_plus, "A3_plus", "", 6.5e-3, config::not_negative, "potentiation by a triplet post-pre-post"),
      field(&P::kappa, "kappa", "Hz", 3, config::positive, "mean rate at which depression and potentiation are equal"),
      field(&P::w_ref, "w_ref", weight_unit, 1, config::positive, "weight that an amplitude of 1 stands for"),
      field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
      field(&P::w_max, "w_max", weight_unit, unbounded, config::any_number, "largest weight"));

  static Pre<double> pre_taus(const P& p) { return {p.tau_plus}; }
  static Post<double> post_taus(const P& p) { return {p.tau_minus, p.tau_y, p.tau_h}; }

  template <class T>
  static T on_pre(const T&, const Post<T>& post, const Parameters<T>& p) {
    constexpr double hertz = 1e-3;  // in 1/ms
    const T rate = post.h / p.tau_h;
    return -(p.w_ref * p.A3_plus * p.tau_plus * p.tau_y * rate * rate * post.o1 / (p.tau_minus * p.kappa * T(hertz)));
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>& post, const Parameters<T>& p) {
    return p.w_ref * p.A3_plus * pre.r * post.o2;
  }
  template <class T>
  static Pre<T> after_pre(const Pre<T>& pre, const Parameters<T>&) {
    return {pre.r + T(1)};
  }
  template <class T>
  static Post<T> after_post(const Post<T>& post, const Parameters<T>&) {
    return {post.o1 + T(1), post.o2 + T(1), post.h + T(1)};
  }
};

}  // namespace cajal
