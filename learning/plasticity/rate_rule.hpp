#pragma once

#include <concepts>
#include <string_view>

#include "learning/locality.hpp"
#include "sim/model.hpp"

namespace cajal {

// In the field table of a rule by values: units that depend on how often the weights change.
/// Of step sizes: none where the weights change once a trial; `1/s` where they change at every step.
inline constexpr std::string_view rate_unit = "rate";
/// Of time constants: trials, a plain number; or `ms`.
inline constexpr std::string_view span_unit = "span";

/// What a rule by values may look at: one synapse at one presentation. What a rule does not ask for is 0.
template <class T>
struct Presented {
  T x{};       ///< what arrives from the source
  T y{};       ///< what the target unit sends
  T w{};       ///< the weight
  T x_mean{};  ///< running means, as they were before
  T y_mean{};
  T target{};  ///< what the target unit is to send
  T sum{};     ///< sum of y_l w_lj over the units l of the layer up to the synapse's own, j its source
  T wins{};    ///< 1 where no unit of the layer sends more, else 0; of several the first
};

// A rule of plasticity by values is a struct with
//   name, meaning, equations, source   texts for `describe`
//   locality                           what information the change of a weight uses
//   Parameters<T>, parameters          its numbers and their table of fields; the change is proportional to its `rate`
//   change(s, p)                       what a presentation s adds to the weight
// and optionally
//   pre_average(x, p)                  of what a running mean is kept, by p.tau, from p.initial on
//   post_average(y, p)                 the same of the target unit
//   pre_state, post_state              what a result calls these means
//   supervised = true                  it compares with what the units of a node `teacher` send
//   sums_over_units = true             it needs `sum`
//   competes = true                    it needs `wins`
//   spares_self = true                 by default, weights of units to themselves stand still
//   learns_bias = true                 a bias learns as the weight of a source that always sends 1
//   w_max                              the largest weight, where the config does not say
// T is float, double, or a pack of them: no `if` on it. Bounds are kept by the loops that call the rule.

struct AverageText {
  std::string_view name, meaning;
};

namespace detail {
template <class R>
using RateParameters = ParametersOf<R, double>;
}

template <class R>
concept KeepsPreAverage = requires(double x, detail::RateParameters<R> p) {
  { R::pre_average(x, p) } -> std::same_as<double>;
  { p.tau + p.initial } -> std::same_as<double>;
  R::pre_state;
};
template <class R>
concept KeepsPostAverage = requires(double y, detail::RateParameters<R> p) {
  { R::post_average(y, p) } -> std::same_as<double>;
  { p.tau + p.initial } -> std::same_as<double>;
  R::post_state;
};
template <class R>
concept Supervised = requires {
  requires R::supervised;
};
template <class R>
concept SumsOverUnits = requires {
  requires R::sums_over_units;
};
template <class R>
concept Competes = requires {
  requires R::competes;
};
template <class R>
concept SparesSelf = requires {
  requires R::spares_self;
};
template <class R>
concept LearnsBias = requires {
  requires R::learns_bias;
};

/// What a rule by values must have.
template <class R>
concept RateRule = requires(Presented<double> s, detail::RateParameters<R> p) {
  { R::name } -> std::convertible_to<std::string_view>;
  { R::meaning } -> std::convertible_to<std::string_view>;
  { R::equations } -> std::convertible_to<std::string_view>;
  { R::source } -> std::convertible_to<std::string_view>;
  { R::locality } -> std::convertible_to<Locality>;
  R::parameters;
  { R::change(s, p) } -> std::same_as<double>;
  { p.rate } -> std::convertible_to<double>;
};

}  // namespace cajal
