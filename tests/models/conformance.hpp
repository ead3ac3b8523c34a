#pragma once

#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "sim/integrate.hpp"
#include "sim/odeint.hpp"
#include "sim/propagator.hpp"
#include "sim/step.hpp"
#include "tests/catch.hpp"
#include "tests/models/conformance_packs.hpp"

namespace cajal::test {

// What every model must keep: `conformance<M>()` checks a model of dynamics or a layer, knowing nothing but its fields
// and hooks. A new model is tested by its name in the list of conformance_test.cpp.

// --- fields ----------------------------------------------------------------------------------------------------------

/// Names once each and in the members' own numbers, known units, defaults within their ranges, a meaning for each.
template <std::size_t n>
void check_fields(const std::array<Field, n>& table, std::size_t count) {
  std::set<std::string> names;
  std::set<std::size_t> fields;
  for (const Field& f : table) {
    INFO("field " << std::string(f.name));
    CHECK_FALSE(f.name.empty());
    CHECK(names.insert(std::string(f.name)).second);
    CHECK(fields.insert(f.member).second);
    CHECK(f.member < count);
    CHECK_FALSE(config::dimension_of(f.unit).empty());
    CHECK(std::isfinite(f.value));
    CHECK(f.range.contains(f.value));
    CHECK(f.meaning.size() >= 4);
  }
  CHECK(table.size() == count);
}

template <class M>
void check_texts() {
  for (const std::string_view text : {M::name, M::meaning, M::equations, M::source}) CHECK(text.size() >= 3);
}

// --- Jacobian --------------------------------------------------------------------------------------------------------

template <class M>
inline constexpr std::size_t step_inputs = state_size<M> + 4;  ///< state, current, conductance, delta, previous spike

template <class M, class Flow, class T>
std::array<T, state_size<M> + 1> one_step(const std::array<T, step_inputs<M>>& v, const Conventions& conventions) {
  constexpr std::size_t n = state_size<M>;
  const auto p = default_parameters<M>();
  StateOf<M, T> x;
  each_member(x, [&](T& a, std::size_t i) { a = v[i]; });
  std::array<InputsOf<M, T>, Flow::points.size()> in;
  in.fill(all_inputs<M, T>(v[n], v[n + 1]));
  StateOf<M, T> flowed = Flow::template step<M, T>(x, in, p, 0.1);
  auto& membrane = std::get<0>(members(flowed));
  membrane = membrane + v[n + 2];
  std::array<T, n + 1> out;
  const auto keep = [&](const StateOf<M, T>& y) { each_member(y, [&](const T& a, std::size_t i) { out[i] = a; }); };
  if constexpr (Spiking<M>) {
    const auto next = jump<M, T>(x, flowed, v[n + 3], 0.0, 5.0, p, conventions, {0.5, 0.25});
    keep(next.x);
    out[n] = next.spike;
  } else {
    keep(flowed);
    out[n] = M::output(flowed, p);
  }
  return out;
}

/// The dual Jacobian of a step equals central finite differences, where the spike is smooth.
template <class M, class Flow>
void check_jacobian() {
  constexpr std::size_t n = state_size<M>, inputs = step_inputs<M>;
  using D = Dual<double, static_cast<int>(inputs)>;
  const double size = kick<M>();
  const Stream stream(2, "tests.conformance");
  for (const bool next_step : {false, true})
    for (const double height : {0.02, 0.3, 0.6, 0.9, 1.1}) {
      Conventions conventions;
      conventions.next_step = next_step;
      conventions.through_reset = true;
      conventions.surrogate = {SurrogateKind::sigmoid, 3 / size, true};
      std::array<double, inputs> v{};
      std::array<D, inputs> dual;
      const auto start = default_state<M>();
      each_member(start, [&](const double& a, std::size_t i) {
        v[i] = a + stream.uniform(i, 0) + (i == 0 ? height * size : 0);
      });
      v[n] = 3.3;
      v[n + 1] = 0.2;
      v[n + 2] = 0.1;
      v[n + 3] = 0.4;
      for (std::size_t k = 0; k < inputs; ++k) dual[k] = D::variable(v[k], static_cast<int>(k));
      const auto got = one_step<M, Flow, D>(dual, conventions);
      const auto value = one_step<M, Flow, double>(v, conventions);
      for (std::size_t k = 0; k < inputs; ++k) {
        auto up = v, down = v;
        const double h = 1e-5;
        up[k] += h;
        down[k] -= h;
        const auto above = one_step<M, Flow, double>(up, conventions),
                   below = one_step<M, Flow, double>(down, conventions);
        for (std::size_t i = 0; i <= n; ++i) {
          INFO("output " << i << " by variable " << k << " at height " << height);
          CHECK(same_bits(got[i].value, value[i]));
          const double difference = (above[i] - below[i]) / (2 * h);
          CHECK(got[i].by[k] == Approx(difference).epsilon(1e-6).margin(1e-7 + 1e-10 * std::fabs(value[i])));
        }
      }
    }
}

// --- accuracy --------------------------------------------------------------------------------------------------------

/// A smooth drive that changes in time.
struct Drive {
  double amplitude, conductance;
  Input<double> at(double t) const {
    return {amplitude * (0.6 + 0.4 * std::sin(0.7 * t)), conductance * (1 + 0.5 * std::cos(0.9 * t))};
  }
};

inline constexpr double smooth_time = 8;  // ms

/// The state after all steps; `seen` gets that after each.
template <class M, class Flow, class Seen>
StateOf<M, double> integrated(const Drive& drive, int steps, const Seen& seen) {
  const auto p = default_parameters<M>();
  const double h = smooth_time / steps;
  StateOf<M, double> x = default_state<M>();
  for (int t = 0; t < steps; ++t) {
    std::array<InputsOf<M, double>, Flow::points.size()> in;
    for (std::size_t k = 0; k < in.size(); ++k) {
      const Input<double> at = drive.at((t + Flow::points[k]) * h);
      in[k] = all_inputs<M, double>(at.current, at.conductance);
    }
    x = Flow::template step<M, double>(x, in, p, h);
    seen(x);
  }
  return x;
}
template <class M, class Flow>
StateOf<M, double> integrated(const Drive& drive, int steps) {
  return integrated<M, Flow>(drive, steps, [](const auto&) {});
}

/// The drive that takes a neuron not quite half way to its threshold.
template <class M>
Drive smooth_drive() {
  Drive drive{256, 0.05};
  if constexpr (Spiking<M>) {
    const auto start = default_state<M>();
    const double away = distance_to_spike<M>(start, start);
    const auto far = [&] {
      bool all = true;
      integrated<M, RungeKutta4>(drive, 640, [&](const auto& x) {
        all = all && distance_to_spike<M>(start, x) < (away < 0 ? 0.6 : 1.4) * away;
      });
      return all;
    };
    while (!far() && drive.amplitude > 1e-6) drive.amplitude /= 2;
  } else {
    drive.amplitude = 1.5;
  }
  return drive;
}

template <class M, class Course>
std::vector<double> reference(const Course& input, double time) {
  const auto p = default_parameters<M>();
  const auto start = default_state<M>();
  std::vector<double> x;
  each_member(start, [&](const double& a, std::size_t) { x.push_back(a); });
  const auto slopes = [&](const std::vector<double>& v, std::vector<double>& d, double t) {
    StateOf<M, double> s;
    each_member(s, [&](double& a, std::size_t i) { a = v[i]; });
    const cajal::Input<double> at = input(t);
    const auto slope = M::derivative(s, all_inputs<M, double>(at.current, at.conductance), p);
    each_member(slope, [&](const double& a, std::size_t i) { d[i] = a; });
  };
  integrate_dopri5(slopes, x, time, 1e-13, 1e-13);
  return x;
}

/// Half the step: a 2^order times smaller error.
template <class M, class Flow>
void check_order(int order) {
  const Drive drive = smooth_drive<M>();
  const auto exact = reference<M>([&](double t) { return drive.at(t); }, smooth_time);
  const auto error = [&](int steps) {
    const auto x = integrated<M, Flow>(drive, steps);
    double sum = 0;
    each_member(x, [&](const double& a, std::size_t i) { sum += (a - exact[i]) * (a - exact[i]); });
    return std::sqrt(sum);
  };
  // Low orders need small steps, the high one errors that stand out of the rounding.
  int steps = order > 2 ? 16 : 256;
  double coarse = error(steps), fine = error(2 * steps);
  // What is stiff has an order only where its steps are stable.
  const auto settled = [&] {
    return fine < 0.01 * (1 + std::fabs(exact[0])) && coarse > 0.75 * std::pow(2, order) * fine &&
           coarse < 1.35 * std::pow(2, order) * fine;
  };
  while (steps < 65536 && !settled()) {
    steps *= 2;
    coarse = fine;
    fine = error(2 * steps);
  }
  INFO("errors " << coarse << " and " << fine << " under " << drive.amplitude);
  CHECK(fine < 0.01 * (1 + std::fabs(exact[0])));
  CHECK(coarse / fine > 0.75 * std::pow(2, order));
  CHECK(coarse / fine < 1.35 * std::pow(2, order));
}

/// The exact step follows the adaptive reference, under a constant current and under decaying receptor currents.
template <class M>
void check_exact() {
  const double h = 0.1, current = 1.7;
  const LinearMembrane membrane = linear_membrane<M>(default_parameters<M>());
  const Propagator step = propagator(membrane, h);
  // A time constant of the membrane's own is no special case.
  for (const double tau : {2.0, 10.0, 20.0}) {
    ReceptorSystem receptor;
    receptor.states = 1;
    receptor.rate = {-1 / tau};
    receptor.arrive = {1};
    receptor.current = {1};
    receptor.conductance = {0};
    const auto Q = receptor_propagator(membrane, receptor, h);
    std::vector<double> x;
    const auto start = default_state<M>();
    each_member(start, [&](const double& a, std::size_t) { x.push_back(a); });
    double synaptic = 40;
    for (int t = 0; t < 100; ++t) {
      std::vector<double> next(x.size());
      for (std::size_t i = 0; i < x.size(); ++i) {
        next[i] = step.B[i] * current + step.c[i] + Q[i] * synaptic;
        for (std::size_t j = 0; j < x.size(); ++j) next[i] += step.P[i * x.size() + j] * x[j];
      }
      x = next;
      synaptic *= std::exp(-h / tau);
    }
    const auto exact = reference<M>(
        [&](double t) {
          return Input<double>{current + 40 * std::exp(-t / tau), 0};
        },
        100 * h);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == Approx(exact[i]).epsilon(0).margin(1e-9));
  }
}

// --- behaviour -------------------------------------------------------------------------------------------------------

/// A second without input: nothing blows up.
template <class M>
void check_rest() {
  const auto p = default_parameters<M>();
  StateOf<M, double> x = default_state<M>();
  double spike = 0, refractory = 0;
  bool finite = true;
  for (int t = 0; t < 10000; ++t) {
    std::array<InputsOf<M, double>, UsualFlow<M>::points.size()> in;
    in.fill(all_inputs<M, double>(0.0, 0.0));
    const auto flowed = UsualFlow<M>::template step<M, double>(x, in, p, 0.1);
    if constexpr (Spiking<M>) {
      const auto next = jump<M, double>(x, flowed, spike, refractory, 20.0, p, Conventions{}, even_chance<double>());
      x = next.x;
      spike = next.spike;
      refractory = next.refractory;
    } else {
      x = flowed;
    }
    each_member(x, [&](const double& a, std::size_t) { finite = finite && std::isfinite(a); });
  }
  CHECK(finite);
}

/// A spike is followed by the reset, at once or in the next step, and by refractoriness where there is one.
template <class M>
void check_reset() {
  const auto p = default_parameters<M>();
  const auto start = default_state<M>();
  const auto above = kicked<M>();
  const auto equal = [](auto a, auto b) {
    bool same = true;
    each_pair(a, b, [&](const double& l, const double& r, std::size_t) { same = same && l == r; });
    return same;
  };
  Conventions c;
  const auto at_once = jump<M, double>(start, above, 0.0, 0.0, 3.0, p, c, even_chance<double>());
  CHECK(at_once.spike == 1);
  CHECK(equal(at_once.x, M::reset(above, p)));
  // Where spikes are drawn, nothing keeps the next from coming at once.
  if constexpr (!Stochastic<M>) CHECK(distance_to_spike<M>(at_once.x, at_once.x) < 0);
  if constexpr (Subtracts<M>) {
    c.reset = Conventions::Reset::subtract;
    CHECK(equal(jump<M, double>(start, above, 0.0, 0.0, 3.0, p, c, even_chance<double>()).x, M::subtract(above, p)));
    c.reset = Conventions::Reset::value;
  }
  c.next_step = true;
  const auto late = jump<M, double>(start, above, 0.0, 0.0, 3.0, p, c, even_chance<double>());
  CHECK(late.spike == 1);
  CHECK(equal(late.x, above));
  const auto then = jump<M, double>(late.x, above, late.spike, late.refractory, 3.0, p, c, even_chance<double>());
  CHECK(equal(then.x, M::reset(above, p)));
  CHECK(then.spike == 0);
  if constexpr (Refractory<M>) CHECK(at_once.refractory == 3);
  if constexpr (Refractory<M> && refractory_of<M>() == "clamp") {
    c = {};
    // Held for three steps whatever arrives, then free.
    auto now = at_once;
    for (int t = 0; t < 3; ++t) {
      now = jump<M, double>(now.x, above, now.spike, now.refractory, 3.0, p, c, even_chance<double>());
      CHECK(now.spike == 0);
      CHECK(std::get<0>(members(now.x)) == std::get<0>(members(at_once.x)));
      CHECK(now.refractory == 2 - t);
    }
    CHECK(jump<M, double>(now.x, above, now.spike, now.refractory, 3.0, p, c, even_chance<double>()).spike == 1);
  }
}

// --- layers ----------------------------------------------------------------------------------------------------------

template <class M>
void check_activation() {
  const auto p = default_parameters<M>();
  const ParametersOf<M, Pack<double, 8>> wide = [&] {
    ParametersOf<M, Pack<double, 8>> q;
    each_pair(q, p, [](auto& a, const double& b, std::size_t) { a = Pack<double, 8>(b); });
    return q;
  }();
  std::vector<double> x = evenly<double>(-5.003, 5, 400);
  for (const double v : any_bits<double>(400)) x.push_back(v);
  const auto packed = by_packs<Pack<double, 8>>(x, [&](const auto& v) { return M::activation(v, wide); });
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO("at " << x[i]);
    CHECK(same_bits(packed[i], M::activation(x[i], p)));
    if (!(std::fabs(x[i]) > 1e-3 && std::fabs(x[i]) < 5.01)) continue;  // a kink may be at 0
    const double h = 1e-6;
    const auto dual = M::activation(Dual<double, 1>::variable(x[i], 0), p);
    CHECK(dual.by[0] ==
          Approx((M::activation(x[i] + h, p) - M::activation(x[i] - h, p)) / (2 * h)).epsilon(1e-6).margin(1e-8));
  }
  CHECK(std::isnan(M::activation(std::nan(""), p)));
}

// --- all of it -------------------------------------------------------------------------------------------------------

/// `every_method`: also what depends on the integration method alone, and takes long to compile.
template <class M, bool every_method = false>
void conformance() {
  INFO("model " << std::string(M::name));
  check_texts<M>();
  check_fields(M::parameters, parameter_count<M>);
  if constexpr (Dynamics<M>) {
    check_fields(M::state, state_size<M>);
    check_packs<M, UsualFlow<M>>();
    check_jacobian<M, UsualFlow<M>>();
    if constexpr (every_method) {
      check_packs<M, Euler>();
      check_packs<M, RungeKutta4>();
      check_packs<M, ExponentialEuler>();
      check_jacobian<M, Euler>();
      check_jacobian<M, RungeKutta4>();
      check_jacobian<M, ExponentialEuler>();
    }
    check_order<M, Euler>(1);
    check_order<M, ExponentialEuler>(1);
    check_order<M, Heun>(2);
    check_order<M, RungeKutta4>(4);
    if constexpr (Linear<M> && !HasInputs<M>) check_exact<M>();
    check_rest<M>();
    if constexpr (Spiking<M>) check_reset<M>();
  } else {
    static_assert(Activation<M>, "neither a model of dynamics nor a layer");
    check_activation<M>();
  }
}

}  // namespace cajal::test
