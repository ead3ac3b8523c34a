#pragma once

#include <array>
#include <span>
#include <string_view>
#include <type_traits>

#include "sim/field.hpp"
#include "sim/number/elementary.hpp"
#include "sim/number/surrogate.hpp"

namespace cajal {

/// What linear synapses give a membrane: I(v) = current - conductance * v.
template <class T>
struct Input {
  T current;      ///< pA
  T conductance;  ///< nS

  template <class V>
  V at(const V& v) const {
    return V(current) - conductance * v;
  }
};

/// One setting of a preset: a field, or a convention such as `reset`.
struct Setting {
  std::string_view key;
  double number = 0;
  std::string_view text = {};  ///< for conventions; empty for fields
};

/// A named set of defaults. `receptors` is what stands in a config at that key.
struct Preset {
  std::string_view name, meaning;
  bool dimensionless = false;  ///< the model's electrical fields take bare numbers, and `beta` sets tau_m
  std::span<const Setting> settings;
  std::string_view receptors = {};  ///< TOML of an inline table
};

// A model is a struct with
//   name, meaning, equations, source          texts for `describe`
//   State<T>, state                           what changes, and its table of fields
//   Parameters<T>, parameters                 what does not, and its table of fields
// and hooks, each a template over T and written once:
//   derivative(x, input, p)   dx/dt                          a flow in time
//   output(x, p)              what others see; default: the spike
//   spiked(before, now, p)    distance to the threshold, >= 0: a spike
//   hazard(now, p)            or, instead: spikes per ms, drawn at random
//   reset(x, p)               the state after a spike
//   subtract(x, p)            the state after a spike where `reset = "subtract"` is chosen
//   observe(x, p)             Observed<T>, table `observed`: further numbers that are recorded and that edges read
//   linear = true             the flow is linear: the exact step is allowed
//   wrap(x, p)                without spikes: the state after a step, such as a phase brought back to one turn
//   inputs                    names of several inputs; `derivative` then takes an array of them
//   integrator, refractory    what these keys of a node are where neither it nor a preset says
// The first member of State is the membrane: refractoriness clamps it. Delta synapses at input k move member k,
// and at inputs beyond the last member there are none.

template <class M, class T>
using StateOf = typename M::template State<T>;
template <class M, class T>
using ParametersOf = typename M::template Parameters<T>;

template <class M>
inline constexpr std::size_t state_size = member_count<StateOf<M, double>>;
template <class M>
inline constexpr std::size_t parameter_count = member_count<ParametersOf<M, double>>;

/// Spikes are drawn at random.
template <class M>
concept Stochastic = requires(StateOf<M, double> x, ParametersOf<M, double> p) {
  M::hazard(x, p);
  M::reset(x, p);
};

template <class M>
concept Spiking = Stochastic<M> || requires(StateOf<M, double> x, ParametersOf<M, double> p) {
  M::spiked(x, x, p);
  M::reset(x, p);
};

template <class M>
concept Observing = requires(StateOf<M, double> x, ParametersOf<M, double> p) {
  M::observed;
  M::observe(x, p);
};

/// The state is brought back after each step. What `wrap` adds must not depend on the state but by steps.
template <class M>
concept Wrapped = !Spiking<M> && requires(StateOf<M, double> x, ParametersOf<M, double> p) {
  M::wrap(x, p);
};

template <class M>
concept HasInputs = requires {
  M::inputs.size();
};
template <class M>
inline constexpr std::size_t input_count = [] {
  if constexpr (HasInputs<M>)
    return M::inputs.size();
  else
    return std::size_t{1};
}();

/// What `derivative` takes: one input, or an array of them.
template <class M, class T>
using InputsOf = std::conditional_t<HasInputs<M>, std::array<Input<T>, input_count<M>>, Input<T>>;

/// Input k of one or several.
template <class I>
auto& input_at(I& inputs, std::size_t k) {
  if constexpr (requires { inputs.size(); })
    return inputs[k];
  else
    return inputs;
}

/// Distance to a threshold that counts only in the step in which it is crossed upward: the spike of a neuron that is
/// not reset.
template <class T, class U>
T crossed(const T& before, const T& now, const U& threshold) {
  return where(before < T(threshold), now - threshold, T(Plain<T>(-1.0)));
}

/// What a model says of a key, else the fallback.
template <class M>
constexpr std::string_view integrator_of(std::string_view fallback) {
  if constexpr (requires { M::integrator; })
    return M::integrator;
  else
    return fallback;
}
template <class M>
constexpr std::string_view refractory_of() {
  if constexpr (requires { M::refractory; })
    return M::refractory;
  else
    return "clamp";
}

template <class M>
concept Linear = requires {
  requires M::linear;
};

template <class M>
concept Subtracts = requires(StateOf<M, double> x, ParametersOf<M, double> p) {
  M::subtract(x, p);
};

template <class M>
concept Refractory = requires(ParametersOf<M, double> p) {
  p.t_ref;
};

template <class M>
concept HasPresets = requires {
  M::presets;
};

/// What a model of dynamics must have.
template <class M>
concept Dynamics = requires(StateOf<M, double> x, InputsOf<M, double> u, ParametersOf<M, double> p) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::meaning } -> std::convertible_to<std::string_view>;
  { M::equations } -> std::convertible_to<std::string_view>;
  { M::source } -> std::convertible_to<std::string_view>;
  M::state;
  M::parameters;
  M::derivative(x, u, p);
}
&&(Spiking<M> || requires(StateOf<M, double> x, ParametersOf<M, double> p) { M::output(x, p); });

/// What a layer must have: one number in, one out, no time.
template <class M>
concept Activation = requires(double u, ParametersOf<M, double> p) {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::activation(u, p) } -> std::same_as<double>;
};

/// A layer whose derivative at its output is that at its input, so that the output may take the input's place.
/// `identity`: the output even is the input.
template <class M>
concept InPlace = requires {
  requires M::in_place;
  { M::identity } -> std::convertible_to<bool>;
};

/// Values by name from a table of fields.
template <class P, std::size_t n>
P defaults(const std::array<Field, n>& table) {
  P p{};
  for (const Field& f : table)
    each_member(p, [&](double& m, std::size_t i) {
      if (i == f.member) m = f.value;
    });
  return p;
}

}  // namespace cajal
