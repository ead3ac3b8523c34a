#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <string_view>

#include "sim/model.hpp"

namespace cajal {

/// In the field table of a rule: the unit of the weights, which is that of the port where the edge ends.
inline constexpr std::string_view weight_unit = "weight";

/// A key of a rule that takes words; each stands for the value of one parameter. The first word is the default.
struct WordKey {
  struct Word {
    std::string_view word;
    double value;
  };
  std::string_view name, meaning;
  std::array<Word, 2> words;
  std::size_t member;  ///< in Parameters
};

// A rule of plasticity with traces is a struct with
//   name, meaning, equations, source    texts for `describe`
//   Parameters<T>, parameters           its numbers, and their table of fields; w_min and w_max among them
//   Pre<T>, Post<T>                     traces of a presynaptic spike train and of a target unit, 0 at the start
//   pre_taus(p), post_taus(p)           their time constants in ms: between spikes a trace decays exponentially
//   on_pre(w, y, p), on_post(w, x, y, p)   change of the weight at a spike; x and y are the traces just before it
//   after_pre(x, p), after_post(y, p)   the traces just after it
// and optionally
//   word_keys                           keys that take words
//   bounds_from_weights = true          w_min and w_max are by default twice the edge's smallest and largest weight
// T is float or double. Bounds are kept by the loops that call the rule.

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

/// What a rule with traces must have.
template <class R>
concept TraceRule = requires(double w, PreOf<R, double> x, PostOf<R, double> y, ParametersOf<R, double> p) {
  { R::name } -> std::convertible_to<std::string_view>;
  { R::meaning } -> std::convertible_to<std::string_view>;
  { R::equations } -> std::convertible_to<std::string_view>;
  { R::source } -> std::convertible_to<std::string_view>;
  R::parameters;
  { R::pre_taus(p) } -> std::same_as<PreOf<R, double>>;
  { R::post_taus(p) } -> std::same_as<PostOf<R, double>>;
  { R::on_pre(w, y, p) } -> std::same_as<double>;
  { R::on_post(w, x, y, p) } -> std::same_as<double>;
  { R::after_pre(x, p) } -> std::same_as<PreOf<R, double>>;
  { R::after_post(y, p) } -> std::same_as<PostOf<R, double>>;
  { p.w_min + p.w_max } -> std::same_as<double>;
};

/// A rule's parameters in another precision.
template <class R, class T>
ParametersOf<R, T> cast_parameters(const ParametersOf<R, double>& given) {
  ParametersOf<R, T> out{};
  each_pair(out, given, [](T& to, const double& from, std::size_t) { to = static_cast<T>(from); });
  return out;
}

/// A weight after a change, within the rule's bounds; NaN stays NaN.
template <class T, class P>
T bounded(const T& w, const P& p) {
  return std::clamp(w, p.w_min, p.w_max);
}

}  // namespace cajal
