#pragma once

#include <array>
#include <type_traits>
#include <vector>

#include "sim/integrate.hpp"
#include "sim/step.hpp"
#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

// The part of the conformance tests that steps a model in numbers of any type.

template <class M>
ParametersOf<M, double> default_parameters() {
  return defaults<ParametersOf<M, double>>(M::parameters);
}
template <class M>
StateOf<M, double> default_state() {
  return defaults<StateOf<M, double>>(M::state);
}

/// Draws that make a spike of every unit that is to spike with a probability above a half.
template <class T>
Chance<Plain<T>> even_chance() {
  return {Plain<T>(0.5), Plain<T>(0.25)};
}

/// Distance to a spike, >= 0: one comes.
template <class M>
double distance_to_spike(const StateOf<M, double>& before, const StateOf<M, double>& now) {
  const auto p = default_parameters<M>();
  if constexpr (Stochastic<M>)
    return log(even_chance<double>().dt * M::hazard(now, p) / log(2.0));
  else
    return M::spiked(before, now, p);
}

/// A jump of the membrane that makes the neuron spike at once; 1 for models without spikes.
template <class M>
double kick() {
  double size = 1e-3;
  if constexpr (!Spiking<M>) return 1;
  for (; size < 1e6; size *= 1.25) {
    StateOf<M, double> x = default_state<M>();
    std::get<0>(members(x)) += size;
    if constexpr (Spiking<M>)
      if (distance_to_spike<M>(default_state<M>(), x) >= 0) break;
  }
  return size;
}

/// A state in which the neuron spikes at once: the least jump of a variable that does it, of the membrane before others.
template <class M>
StateOf<M, double> kicked() {
  for (std::size_t member = 0; member < state_size<M>; ++member)
    for (double size = 1e-3; size < 1e6; size *= 1.25) {
      StateOf<M, double> x = default_state<M>();
      each_member(x, [&](double& v, std::size_t i) { v += i == member ? size : 0; });
      if (distance_to_spike<M>(default_state<M>(), x) >= 0) return x;
    }
  return default_state<M>();
}

/// The same for every input of a model, but that each has a little less than the one before.
template <class M, class T>
InputsOf<M, T> all_inputs(const T& current, const T& conductance) {
  InputsOf<M, T> inputs;
  for (std::size_t k = 0; k < input_count<M>; ++k)
    input_at(inputs, k) = {current * Plain<T>(1 - 0.25 * static_cast<double>(k)),
                           conductance * Plain<T>(1 - 0.25 * static_cast<double>(k))};
  return inputs;
}

template <class T>
struct LanesOf {
  static constexpr int count = 1;
  using Real = double;
  static T load(const double* x) { return *x; }
  static void store(const T& x, double* out) { *out = x; }
};
template <class R, int n>
struct LanesOf<Pack<R, n>> {
  static constexpr int count = n;
  using Real = R;
  static Pack<R, n> load(const R* x) { return Pack<R, n>::load(x); }
  static void store(const Pack<R, n>& x, R* out) { x.store(out); }
};

inline constexpr int lanes = 16;

/// State, spike and refractoriness of 16 units, each with parameters of its own, at every step, in numbers of type T.
template <class M, class Flow, class T>
auto trajectory(const Conventions& conventions, int steps) {
  using L = LanesOf<T>;
  using Real = typename L::Real;
  const Stream stream(1, "tests.conformance");
  const double size = kick<M>();
  std::vector<Real> out;
  for (int first = 0; first < lanes; first += L::count) {
    const auto column = [&](auto&& value_of_lane) {
      std::array<Real, lanes> values{};
      for (int l = 0; l < L::count; ++l)
        values[static_cast<std::size_t>(l)] = static_cast<Real>(value_of_lane(first + l));
      return L::load(values.data());
    };
    ParametersOf<M, T> p;
    const auto standard = default_parameters<M>();
    each_pair(p, standard,
              [&](T& a, const double& b, std::size_t) { a = column([&](int l) { return b * (1 + 1e-3 * l); }); });
    StateOf<M, T> x;
    const auto start = default_state<M>();
    each_pair(x, start, [&](T& a, const double& b, std::size_t) { a = T(b); });
    T spike(0.0), refractory(0.0);
    for (int t = 0; t < steps; ++t) {
      const auto draw = [&](int lane, std::uint64_t k) {
        return stream.uniform(static_cast<std::uint64_t>(16 * t + lane), k);
      };
      std::array<InputsOf<M, T>, Flow::points.size()> in;
      for (std::size_t k = 0; k < in.size(); ++k)
        in[k] = all_inputs<M, T>(column([&](int l) { return 2 * size * (draw(l, k) - 0.3); }),
                                 column([&](int l) { return draw(l, 10 + k); }));
      StateOf<M, T> flowed = Flow::template step<M, T>(x, in, p, T(0.25));
      auto& membrane = std::get<0>(members(flowed));
      membrane = membrane + column([&](int l) { return draw(l, 20) < 0.04 ? size : 0.0; });
      if constexpr (Spiking<M>) {
        const auto next = jump<M, T>(x, flowed, spike, refractory, T(6.0), p, conventions, even_chance<T>());
        x = next.x;
        spike = next.spike;
        refractory = next.refractory;
      } else {
        x = flowed;
        spike = M::output(x, p);
      }
      const auto keep = [&](const T& value) {
        out.resize(out.size() + L::count);
        L::store(value, &out[out.size() - L::count]);
      };
      each_member(x, [&](const T& value, std::size_t) { keep(value); });
      keep(spike);
      keep(refractory);
    }
  }
  return out;
}

/// The trajectories of `trajectory` stand lane group by lane group: the value of (step, variable, lane).
template <class M, class T, class V>
auto at_lane(const V& values, int steps, int step, int variable, int lane) {
  constexpr int count = LanesOf<T>::count, variables = static_cast<int>(state_size<M>) + 2;
  const int group = lane / count, within = lane % count;
  return values[static_cast<std::size_t>(((group * steps + step) * variables + variable) * count + within)];
}

template <class M, class Flow, class Narrow, class Wide>
void check_lanes(const Conventions& conventions) {
  constexpr int steps = 300, variables = static_cast<int>(state_size<M>) + 2;
  const auto narrow = trajectory<M, Flow, Narrow>(conventions, steps);
  const auto wide = trajectory<M, Flow, Wide>(conventions, steps);
  int different = 0;
  double spikes = 0;
  for (int t = 0; t < steps; ++t)
    for (int l = 0; l < lanes; ++l) {
      for (int v = 0; v < variables; ++v)
        different += !same_bits(at_lane<M, Narrow>(narrow, steps, t, v, l), at_lane<M, Wide>(wide, steps, t, v, l));
      spikes += static_cast<double>(at_lane<M, Wide>(wide, steps, t, variables - 2, l));
    }
  CHECK(different == 0);
  if constexpr (Spiking<M>) CHECK(spikes > 16);
}

/// The flow that `auto` takes where a model is not linear, else Heun's.
template <class M>
auto usual_flow() {
  constexpr std::string_view name = integrator_of<M>(Heun::name);
  if constexpr (name == Euler::name)
    return Euler{};
  else if constexpr (name == RungeKutta4::name)
    return RungeKutta4{};
  else if constexpr (name == ExponentialEuler::name)
    return ExponentialEuler{};
  else
    return Heun{};
}
template <class M>
using UsualFlow = decltype(usual_flow<M>());

/// Packs give the bits of scalars, and of packs of another width, through flow and jump.
template <class M, class Flow>
void check_packs() {
  std::vector<Conventions> all(1);
  if constexpr (Spiking<M>) {
    using Reset = Conventions::Reset;
    using Hold = Conventions::Refractoriness;
    all.push_back({Reset::subtract, true, false, Hold::freeze, {}});
    all.push_back({Reset::value, true, true, Hold::silent, {SurrogateKind::arctan, 2, false}});
  }
  for (const Conventions& c : all) {
    check_lanes<M, Flow, double, Pack<double, 8>>(c);
    check_lanes<M, Flow, Pack<float, 4>, Pack<float, 16>>(c);
  }
}

}  // namespace cajal::test
