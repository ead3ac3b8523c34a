#pragma once

#include <array>

#include "learning/plasticity/rule.hpp"

namespace cajal {

/// Spike-timing-dependent plasticity of pairs and triplets of spikes. With `pairs = "all"` it is the rule of NEST's
/// `stdp_triplet_synapse`, whose amplitudes are weights: those here times w_ref.
struct TripletStdp {
  static constexpr std::string_view name = "triplet";
  static constexpr std::string_view meaning =
      "triplet STDP: pairs of spikes, and triplets of 2 pre and 1 post or 1 "
      "pre and 2 post";
  static constexpr std::string_view equations =
      "r1, r2, o1, o2 decay with tau_plus, tau_x, tau_minus, tau_y\n"
      "pre spike arrives:  w -= w_ref o1 (A2_minus + A3_minus r2);  then r1 += 1, r2 += 1, or both = 1 where pairs = "
      "\"nearest\"\n"
      "post spike:         w += w_ref r1 (A2_plus + A3_plus o2);    then o1 += 1, o2 += 1, or both = 1\n"
      "w stays in [w_min, w_max]";
  static constexpr std::string_view source = "Pfister & Gerstner 2006, J. Neurosci. 26:9673, tables 3 and 4";
  static constexpr Locality locality{Information::presynaptic, Information::postsynaptic};

  template <class T>
  struct Parameters {
    T tau_plus, tau_x, tau_minus, tau_y, A2_plus, A3_plus, A2_minus, A3_minus, w_ref, w_min, w_max, keep;
  };
  template <class T>
  struct Pre {
    T r1, r2;
  };
  template <class T>
  struct Post {
    T o1, o2;
  };
  using P = Parameters<double>;

  static constexpr auto parameters = fields(
      field(&P::tau_plus, "tau_plus", "ms", 16.8, config::positive, "time constant of the fast presynaptic trace r1"),
      field(&P::tau_x, "tau_x", "ms", 101, config::positive, "time constant of the slow presynaptic trace r2"),
      field(&P::tau_minus, "tau_minus", "ms", 33.7, config::positive,
            "time constant of the fast postsynaptic trace o1"),
      field(&P::tau_y, "tau_y", "ms", 125, config::positive, "time constant of the slow postsynaptic trace o2"),
      field(&P::A2_plus, "A2_plus", "", 5e-10, config::not_negative, "potentiation by a pair"),
      field(&P::A3_plus, "A3_plus", "", 6.2e-3, config::not_negative, "potentiation by a triplet post-pre-post"),
      field(&P::A2_minus, "A2_minus", "", 7e-3, config::not_negative, "depression by a pair"),
      field(&P::A3_minus, "A3_minus", "", 2.3e-4, config::not_negative, "depression by a triplet pre-post-pre"),
      field(&P::w_ref, "w_ref", weight_unit, 1, config::positive, "weight that an amplitude of 1 stands for"),
      field(&P::w_min, "w_min", weight_unit, 0, config::any_number, "smallest weight"),
      field(&P::w_max, "w_max", weight_unit, unbounded, config::any_number, "largest weight"));
  static constexpr std::array word_keys = {WordKey{"pairs",
                                                   "which spikes a trace counts: all earlier ones, or the nearest",
                                                   {{{"all", 1}, {"nearest", 0}}},
                                                   field(&P::keep, "", "", 0, config::any_number, "").member}};

  // The fits of the model with all pairs, tables 3 and 4.
  static constexpr Setting cortex[] = {{"tau_x", 101},      {"tau_y", 125},     {"A2_plus", 5e-10},
                                       {"A3_plus", 6.2e-3}, {"A2_minus", 7e-3}, {"A3_minus", 2.3e-4}};
  static constexpr Setting cortex_minimal[] = {
      {"tau_y", 114}, {"A2_plus", 0}, {"A3_plus", 6.5e-3}, {"A2_minus", 7.1e-3}, {"A3_minus", 0}};
  static constexpr Setting culture[] = {{"tau_x", 946},      {"tau_y", 27},        {"A2_plus", 6.1e-3},
                                        {"A3_plus", 6.7e-3}, {"A2_minus", 1.6e-3}, {"A3_minus", 1.4e-3}};
  static constexpr Setting culture_minimal[] = {
      {"tau_y", 40}, {"A2_plus", 5.3e-3}, {"A3_plus", 8e-3}, {"A2_minus", 3.5e-3}, {"A3_minus", 0}};
  static constexpr Preset presets[] = {
      {"visual_cortex", "slices of visual cortex, all terms", false, cortex},
      {"visual_cortex_minimal", "slices of visual cortex, fewest terms", false, cortex_minimal},
      {"hippocampus", "hippocampal cultures, all terms", false, culture},
      {"hippocampus_minimal", "hippocampal cultures, fewest terms", false, culture_minimal}};

  static Pre<double> pre_taus(const P& p) { return {p.tau_plus, p.tau_x}; }
  static Post<double> post_taus(const P& p) { return {p.tau_minus, p.tau_y}; }

  template <class T>
  static T on_pre(const T&, const Pre<T>& pre, const Post<T>& post, const Parameters<T>& p) {
    return -(p.w_ref * post.o1 * (p.A2_minus + p.A3_minus * pre.r2));
  }
  template <class T>
  static T on_post(const T&, const Pre<T>& pre, const Post<T>& post, const Parameters<T>& p) {
    return p.w_ref * pre.r1 * (p.A2_plus + p.A3_plus * post.o2);
  }
  template <class T>
  static Pre<T> after_pre(const Pre<T>& pre, const Parameters<T>& p) {
    return {p.keep * pre.r1 + T(1), p.keep * pre.r2 + T(1)};
  }
  template <class T>
  static Post<T> after_post(const Post<T>& post, const Parameters<T>& p) {
    return {p.keep * post.o1 + T(1), p.keep * post.o2 + T(1)};
  }
};

}  // namespace cajal
