#pragma once

// The inner loops of Population: included by the translation unit of each model.

#include <type_traits>

#include "sim/error.hpp"
#include "sim/number/constant.hpp"
#include "sim/population.hpp"

namespace cajal {

namespace detail {

/// What flow methods there are for the kernel; each maps to one of sim/integrate.hpp, or to the exact step.
struct ExactFlow {
  static constexpr std::array<double, 0> points{};
};

template <class Flow>
inline constexpr bool is_exact = std::is_same_v<Flow, ExactFlow>;

/// How the rows of a block stand.
template <class M, class Flow>
inline constexpr BlockLayout layout_of{is_exact<Flow> ? 0 : Flow::points.size(), input_count<M>, state_size<M>};

template <class M, class Flow>
inline constexpr std::size_t slot_count = layout_of<M, Flow>.slots();

template <class M, class Flow>
inline constexpr std::size_t propagator_count = is_exact<Flow> ? state_size<M>*(state_size<M> + 2) : 0;

}  // namespace detail

/// The loops, as static functions of the model and the method. Flattened: a call within them passes its packs through
/// memory, which costs up to twice the time. All that stays the same is copied to locals before a loop: it must not be
/// read again after every store.
///
/// These fit every population, and work block by block; PopulationSinglePass is for the common ones.
struct PopulationKernel {
  /// Parameters and all that is computed of them beforehand: held in registers where all units share them, or, with
  /// `strided`, read for each pack, whether they are shared (the stride is 0) or columns.
  template <class M, class Flow, bool strided, class Real>
  struct Coefficients {
    using W = Wide<Real>;
    std::array<const Real*, parameter_count<M>> parameters;
    std::array<const Real*, detail::propagator_count<M, Flow>> propagator;
    const Real* refractory;
    std::size_t stride;
    ParametersOf<M, Constant<W>> shared;
    std::array<W, detail::propagator_count<M, Flow>> propagator_shared;
    W refractory_shared, dt;

    explicit Coefficients(const Population<M, Real>& p)
        : refractory(p.refractory_steps_.values.data()),
          stride(p.columns_ ? 1 : 0),
          refractory_shared(number(p.refractory_steps_)),
          dt(p.dt_) {
      for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] = p.parameters_[i].values.data();
      for (std::size_t i = 0; i < propagator.size(); ++i) {
        propagator[i] = p.propagator_[i].values.data();
        propagator_shared[i] = number(p.propagator_[i]);
      }
      if constexpr (!strided)
        each_member(shared, [&](Constant<W>& c, std::size_t i) { c = Constant<W>(number(p.parameters_[i])); });
    }
    static W number(const Coefficient<Real>& c) { return W(static_cast<double>(c.values[0])); }
    /// A reference where they are shared: a copy for each pack would pass through memory.
    decltype(auto) at(std::size_t lane) const {
      if constexpr (strided) {
        ParametersOf<M, Constant<W>> q;
        each_member(q, [&](Constant<W>& c, std::size_t i) { c = Constant<W>(W::load(parameters[i] + lane * stride)); });
        return q;
      } else {
        return (shared);
      }
    }
    W propagate(std::size_t k, std::size_t lane) const {
      return strided ? W::load(propagator[k] + lane * stride) : propagator_shared[k];
    }
    W refractory_steps(std::size_t lane) const {
      return strided && Refractory<M> ? W::load(refractory + lane * stride) : refractory_shared;
    }
  };

  /// The flow of one pack: `slots` as slot_count says, `current` of each input flows during the whole step.
  template <class M, class Flow, bool drive, class T, class C, class Q>
  static StateOf<M, T> flow(const StateOf<M, T>& x, const std::array<T, detail::slot_count<M, Flow>>& slots,
                            const std::array<T, input_count<M>>& current, const C& coefficients, std::size_t lane,
                            const Q& q) {
    if constexpr (detail::is_exact<Flow>) {
      constexpr std::size_t n = state_size<M>;
      StateOf<M, T> y;
      each_member(y, [&](T& out, std::size_t i) {
        T sum =
            fma(coefficients.propagate(n * n + i, lane), current[0], T(coefficients.propagate(n * n + n + i, lane)));
        if constexpr (drive) sum = sum + slots[i];
        each_member(
            x, [&](const T& value, std::size_t j) { sum = fma(coefficients.propagate(i * n + j, lane), value, sum); });
        out = sum;
      });
      return y;
    } else {
      std::array<InputsOf<M, T>, Flow::points.size()> input;
      for (std::size_t k = 0; k < input.size(); ++k)
        for (std::size_t i = 0; i < input_count<M>; ++i) {
          const std::size_t s = detail::layout_of<M, Flow>.slot(k, i);
          if constexpr (drive)
            input_at(input[k], i) = {slots[s] + current[i], slots[s + 1]};
          else
            input_at(input[k], i) = {current[i], T(Plain<T>(0.0))};
        }
      return Flow::template step<M, T>(x, input, q, coefficients.dt);
    }
  }

  /// What acts on a block of lanes.
  template <class M, class Flow, class Real>
  struct Inputs {
    using W = Wide<Real>;
    static constexpr BlockLayout layout = detail::layout_of<M, Flow>;
    static_assert(layout.inputs <= most_inputs && (layout.points == 0 || layout.slots() <= most_slots));
    alignas(64) BlockRow<Real> rows[layout.rows()];
    std::array<bool, layout.states> moved;

    void fill(Population<M, Real>& p, const PopulationRun& run, std::size_t begin, std::size_t count, bool moves) {
      p.fill(run, begin, count, layout, rows, moved.data(), moves);
    }
    W slot(std::size_t s, std::size_t lane) const { return W::load(rows[s] + lane); }
    W current(std::size_t input, std::size_t lane) const { return W::load(rows[layout.current(input)] + lane); }
    W move(std::size_t state, std::size_t lane) const { return W::load(rows[layout.move(state)] + lane); }
    /// A number in (0, 1), where spikes are drawn.
    Chance<W> chance(std::size_t lane, const W& dt) const {
      if constexpr (Stochastic<M>)
        return {W::load(rows[layout.uniform()] + lane), dt};
      else
        return {W(0.5), dt};
    }
  };

  /// Pointers to the lane where a run begins; null for what a population does not have.
  template <class M, class Real>
  struct Pointers {
    std::array<const Real*, state_size<M>> before;
    std::array<Real*, state_size<M>> after;
    const Real *previous = nullptr, *refractory = nullptr;
    Real *previous_after = nullptr, *refractory_after = nullptr, *output;

    Pointers(Population<M, Real>& p, const PopulationRun& run) {
      const auto at = [&](Signal<Real>& s, std::int64_t step) {
        return s.empty() ? nullptr : s.at(step, run.sample) + run.first_lane;
      };
      for (std::size_t i = 0; i < before.size(); ++i) {
        before[i] = at(p.state_[i], run.step);
        after[i] = at(p.state_[i], run.step + 1);
      }
      previous = at(p.previous_, run.step);
      previous_after = at(p.previous_, run.step + 1);
      refractory = at(p.refractory_, run.step);
      refractory_after = at(p.refractory_, run.step + 1);
      output = at(p.output, run.step);
    }
    /// The pack of a column, or zeros where there is none.
    static Wide<Real> load(const Real* column, std::size_t lane) {
      return column ? Wide<Real>::load(column + lane) : Wide<Real>(0.0);
    }
  };

  template <class M, class Flow, bool strided, class Real>
  [[gnu::flatten]] static void advance(Population<M, Real>& p, const PopulationRun& run) {
    using W = Wide<Real>;
    const Coefficients<M, Flow, strided, Real> coefficients(p);
    const Conventions conventions = p.options_.conventions;
    const bool synapse_after = p.options_.synapse_after;
    const Pointers<M, Real> at(p, run);
    Inputs<M, Flow, Real> inputs;
    for (std::size_t begin = 0; begin < run.lanes; begin += block_lanes) {
      const std::size_t count = std::min(block_lanes, run.lanes - begin);
      if (synapse_after) p.advance_receptors(run, begin, count);
      inputs.fill(p, run, begin, count, true);
      for (std::size_t l = 0; l < count; l += W::lanes) {
        const std::size_t lane = begin + l, unit = run.first_lane + lane;
        const auto& q = coefficients.at(unit);
        StateOf<M, W> x;
        each_member(x, [&](W& w, std::size_t i) { w = W::load(at.before[i] + lane); });
        std::array<W, detail::slot_count<M, Flow>> slots;
        for (std::size_t s = 0; s < slots.size(); ++s) slots[s] = inputs.slot(s, l);
        std::array<W, input_count<M>> current;
        for (std::size_t k = 0; k < current.size(); ++k) current[k] = inputs.current(k, l);
        StateOf<M, W> flowed = flow<M, Flow, true, W>(x, slots, current, coefficients, unit, q);
        each_member(flowed, [&](W& w, std::size_t i) {
          if (i < input_count<M> || inputs.moved[i]) w += inputs.move(i, l);
        });
        if constexpr (Spiking<M>) {
          const auto next =
              jump<M, W>(x, flowed, at.load(at.previous, lane), at.load(at.refractory, lane),
                         coefficients.refractory_steps(unit), q, conventions, inputs.chance(l, coefficients.dt));
          each_member(next.x, [&](const W& w, std::size_t i) { w.store(at.after[i] + lane); });
          next.spike.store(at.output + lane);
          if (at.previous_after) next.spike.store(at.previous_after + lane);
          if constexpr (Refractory<M>) next.refractory.store(at.refractory_after + lane);
        } else {
          if constexpr (Wrapped<M>) flowed = M::wrap(flowed, q);
          each_member(flowed, [&](W& w, std::size_t i) { w.store(at.after[i] + lane); });
          M::output(flowed, q).store(at.output + lane);
        }
      }
      if (!synapse_after) p.advance_receptors(run, begin, count);
    }
  }
};

}  // namespace cajal

#include "sim/population_run.hpp"
