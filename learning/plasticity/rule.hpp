#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>

#include "learning/locality.hpp"
#include "sim/model.hpp"
#include "sim/number/elementary.hpp"

namespace cajal {

/// In the field table of a rule: the unit of the weights, which is that of the port where the edge ends.
inline constexpr std::string_view weight_unit = "weight";

/// The default of a bound that is none.
inline constexpr double unbounded = std::numeric_limits<double>::infinity();

/// A key of a rule that takes words; each stands for the value of one parameter. The first word is the default, empty
/// ones do not count.
struct WordKey {
  struct Word {
    std::string_view word;
    double value;
  };
  std::string_view name, meaning;
  std::array<Word, 4> words;
  std::size_t member;  ///< in Parameters
};

// A rule of plasticity with traces is a struct with
//   name, meaning, equations, source    texts for `describe`
//   locality                            what information the change of a weight uses
//   Parameters<T>, parameters           its numbers, and their table of fields; w_min and w_max among them
//   Pre<T>, Post<T>                     traces of a presynaptic spike train and of a target unit, 0 at the start
//   pre_taus(p), post_taus(p)           their time constants in ms: between spikes a trace decays exponentially
//   on_pre(w, y, p), on_post(w, x, y, p)   change of the weight at a spike; x and y are the traces just before it
//   after_pre(x, p), after_post(y, p)   the traces just after it
// and optionally
//   on_pre(w, x, y, p)                  instead of on_pre(w, y, p), where the presynaptic traces matter too
//   presets                             named sets of values of its fields
//   word_keys                           keys that take words
//   bounds_from_weights = true          w_min and w_max are by default twice the edge's smallest and largest weight
//   first_post_only(p)                  whether of the post spikes between two pre spikes the first alone counts
//   on_post_ignores_post = true         on_post does not look at y: it may be anything
//   first_pre_only(p)                   whether of the pre spikes between two post spikes the first alone counts; the
//                                       others are given y = 0
// T is double, or a pack of many synapses or units: the text of a model (sim/model.hpp). A weight is a magnitude: of an
// edge whose bounds lie at or below 0 the rule is given -w, and bounds to match. Bounds are kept by the loops that call
// the rule.

template <class R, class T>
using PreOf = typename R::template Pre<T>;
template <class R, class T>
using PostOf = typename R::template Post<T>;

template <class R>
concept HasWordKeys = requires {
  R::word_keys;
};
template <class R>
concept BoundsFromWeights = requires {
  requires R::bounds_from_weights;
};
template <class R>
concept IgnoresPostOnPost = requires {
  requires R::on_post_ignores_post;
};
template <class R>
concept CountsFirstPost = requires(ParametersOf<R, double> p) {
  { R::first_post_only(p) } -> std::same_as<bool>;
};
template <class R>
concept CountsFirstPre = requires(ParametersOf<R, double> p) {
  { R::first_pre_only(p) } -> std::same_as<bool>;
};

/// The change of a weight by a pre spike, of a rule that asks for the presynaptic traces or does not.
template <class R, class T>
T change_on_pre(const T& w, const PreOf<R, T>& x, const PostOf<R, T>& y, const ParametersOf<R, T>& p) {
  if constexpr (requires { R::on_pre(w, x, y, p); })
    return R::on_pre(w, x, y, p);
  else
    return R::on_pre(w, y, p);
}

/// What a rule with traces must have.
template <class R>
concept TraceRule = requires(double w, PreOf<R, double> x, PostOf<R, double> y, ParametersOf<R, double> p) {
  { R::name } -> std::convertible_to<std::string_view>;
  { R::meaning } -> std::convertible_to<std::string_view>;
  { R::equations } -> std::convertible_to<std::string_view>;
  { R::source } -> std::convertible_to<std::string_view>;
  { R::locality } -> std::convertible_to<Locality>;
  R::parameters;
  { R::pre_taus(p) } -> std::same_as<PreOf<R, double>>;
  { R::post_taus(p) } -> std::same_as<PostOf<R, double>>;
  { change_on_pre<R, double>(w, x, y, p) } -> std::same_as<double>;
  { R::on_post(w, x, y, p) } -> std::same_as<double>;
  { R::after_pre(x, p) } -> std::same_as<PreOf<R, double>>;
  { R::after_post(y, p) } -> std::same_as<PostOf<R, double>>;
  { p.w_min + p.w_max } -> std::same_as<double>;
};

/// Which part of a synapse's delay lies behind it, in the dendrite, and what happens when spikes coincide. With a delay
/// d of which d_dendrite is dendritic, a pre spike of t reaches the synapse at t + d - d_dendrite and a post spike of s
/// at s + d_dendrite; what the weight is just after the pre spike is delivered at t + d.
struct SynapseTiming {
  static constexpr std::uint32_t whole_delay = 0xffffffffu;
  std::uint32_t dendritic = 0;  ///< in steps, at most the synapse's delay
  bool post_first = false;      ///< spikes that reach a synapse at once: the post spike acts before the pre spike

  /// Steps from when a post spike is sent that meets a pre spike at the synapse until the pre spike's delivery.
  std::int64_t behind(std::uint32_t delay) const { return 2 * std::int64_t{dendritic < delay ? dendritic : delay}; }
};

/// A rule's parameters in another number type.
template <class R, class T>
ParametersOf<R, T> cast_parameters(const ParametersOf<R, double>& given) {
  ParametersOf<R, T> out{};
  each_pair(out, given, [](T& to, const double& from, std::size_t) { to = T(from); });
  return out;
}

/// The parameters for magnitudes, where all weights lie at or below 0.
template <class R>
ParametersOf<R, double> magnitudes(ParametersOf<R, double> p) {
  const double low = 0 - p.w_max;
  p.w_max = 0 - p.w_min;
  p.w_min = low;
  return p;
}
template <class P>
bool inhibitory(const P& p) {
  return p.w_max <= 0 && p.w_min < 0;
}

/// A weight after a change, within the rule's bounds; NaN stays NaN.
template <class T, class P>
T bounded(const T& w, const P& p) {
  return at_most(at_least(w, p.w_min), p.w_max);
}

/// base^exponent for base >= 0, where the exponent is a parameter: 0 and 1 cost nothing. A base below 0 counts as 0.
template <class T>
T power(const T& base, const T& exponent) {
  if (!any(exponent != T(1))) return base;
  if (!any(exponent != T(0))) return T(1);
  return pow(at_least(base, T(0)), exponent);
}

}  // namespace cajal
