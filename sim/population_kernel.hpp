#pragma once

// The inner loops of Population: included by the translation unit of each model.

#include <type_traits>

#include "sim/error.hpp"
#include "sim/population.hpp"

namespace cajal {

/// One step over a range of lanes of one sample, or of several neighbouring samples whose parameters are shared.
template <class M, class Real>
struct Population<M, Real>::Run {
  std::int64_t step;
  std::size_t sample, first_lane, lanes;  ///< first_lane: of the unit columns
  std::size_t part;                       ///< shard that the lanes belong to
};

namespace detail {

inline constexpr std::size_t block_lanes = 256;

/// What flow methods there are for the kernel; each maps to one of sim/integrate.hpp, or to the exact step.
struct ExactFlow {
  static constexpr std::array<double, 0> points{};
};

template <class Flow>
inline constexpr bool is_exact = std::is_same_v<Flow, ExactFlow>;

/// Inputs of the membrane's step that receptors fill: per stage a current and a conductance, or, for the exact step,
/// what is added to each state.
template <class M, class Flow>
inline constexpr std::size_t slot_count = is_exact<Flow> ? state_size<M> : 2 * Flow::points.size();

template <class M, class Flow>
inline constexpr std::size_t propagator_count = is_exact<Flow> ? state_size<M>*(state_size<M> + 2) : 0;

}  // namespace detail

/// The loops, as static functions of the model, the method and whether there are receptors with memory and columns.
/// Flattened: a call within them passes its packs through memory, which costs up to twice the time. All that stays the
/// same is copied to locals before a loop: it must not be read again after every store.
///
/// This one fits every population, and works block by block; PopulationSinglePass is for the common ones.
struct PopulationKernel {
  /// Parameters and all that is computed of them beforehand.
  template <class M, class Flow, bool columns, class Real>
  struct Coefficients {
    using W = Wide<Real>;
    std::array<const Real*, parameter_count<M>> parameters;
    std::array<const Real*, detail::propagator_count<M, Flow>> propagator;
    const Real* refractory;
    ParametersOf<M, W> shared;
    std::array<W, detail::propagator_count<M, Flow>> propagator_shared;
    W refractory_shared, dt;

    explicit Coefficients(const Population<M, Real>& p)
        : refractory(p.refractory_steps_.values.data()), refractory_shared(number(p.refractory_steps_)), dt(p.dt_) {
      for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] = p.parameters_[i].values.data();
      for (std::size_t i = 0; i < propagator.size(); ++i) {
        propagator[i] = p.propagator_[i].values.data();
        propagator_shared[i] = number(p.propagator_[i]);
      }
      if constexpr (!columns) each_member(shared, [&](W& w, std::size_t i) { w = number(p.parameters_[i]); });
    }
    static W number(const Coefficient<Real>& c) { return W(static_cast<double>(c.values[0])); }
    /// A reference where they are shared: a copy for each pack would pass through memory.
    decltype(auto) at(std::size_t lane) const {
      if constexpr (columns) {
        ParametersOf<M, W> q;
        each_member(q, [&](W& w, std::size_t i) { w = W::load(parameters[i] + lane); });
        return q;
      } else {
        return (shared);
      }
    }
    W propagate(std::size_t k, std::size_t lane) const {
      return columns ? W::load(propagator[k] + lane) : propagator_shared[k];
    }
    W refractory_steps(std::size_t lane) const {
      return columns && Refractory<M> ? W::load(refractory + lane) : refractory_shared;
    }
  };

  /// The flow of one pack: `slots[k]` as slot_count says, `current` flows during the whole step.
  template <class M, class Flow, bool drive, class T, class C, class Q>
  static StateOf<M, T> flow(const StateOf<M, T>& x, const std::array<T, detail::slot_count<M, Flow>>& slots,
                            const T& current, const C& coefficients, std::size_t lane, const Q& q) {
    if constexpr (detail::is_exact<Flow>) {
      constexpr std::size_t n = state_size<M>;
      StateOf<M, T> y;
      each_member(y, [&](T& out, std::size_t i) {
        T sum = fma(coefficients.propagate(n * n + i, lane), current, T(coefficients.propagate(n * n + n + i, lane)));
        if constexpr (drive) sum = sum + slots[i];
        each_member(
            x, [&](const T& value, std::size_t j) { sum = fma(coefficients.propagate(i * n + j, lane), value, sum); });
        out = sum;
      });
      return y;
    } else {
      std::array<Input<T>, Flow::points.size()> input;
      for (std::size_t k = 0; k < input.size(); ++k) {
        if constexpr (drive)
          input[k] = {slots[2 * k] + current, slots[2 * k + 1]};
        else
          input[k] = {current, T(Plain<T>(0.0))};
      }
      return Flow::template step<M, T>(x, input, q, coefficients.dt);
    }
  }

  /// What flows into the membrane, for a block of lanes: the slots, the sum of currents and the sum of deltas.
  template <class M, class Flow, class Real>
  struct Inputs {
    alignas(64) Real slots[detail::slot_count<M, Flow> + 1][detail::block_lanes];
    alignas(64) Real current[detail::block_lanes];
    alignas(64) Real delta[detail::block_lanes];
  };

  /// Adds what the receptors' states give to the slots of a block.
  template <class M, class Flow, bool columns, class Real>
  static void fill_slots(Population<M, Real>& p, const typename Population<M, Real>::Run& run, std::size_t begin,
                         std::size_t count, Real (*slots)[detail::block_lanes]) {
    using W = Wide<Real>;
    constexpr std::size_t n = detail::slot_count<M, Flow>;
    for (std::size_t s = 0; s < n; ++s) std::fill(slots[s], slots[s] + count, Real(0));
    for (const auto& r : p.receptors_)
      for (std::size_t s = 0; s < n; ++s)
        for (std::size_t i = 0; i < r.states; ++i) {
          const auto& c = r.slots[s * r.states + i];
          if (!columns && c.values[0] == Real(0)) continue;
          const Real* state = p.receptor_state_[r.first_state + i].at(run.step, run.sample) + run.first_lane + begin;
          const W shared(static_cast<double>(c.values[0]));
          for (std::size_t l = 0; l < count; l += W::lanes) {
            const W factor = columns && c.column ? W::load(c.values.data() + run.first_lane + begin + l) : shared;
            fma(factor, W::load(state + l), W::load(slots[s] + l)).store(slots[s] + l);
          }
        }
  }

  /// r := decay r + arrive * arrivals, for every receptor of a block.
  template <class M, class Real>
  static void advance_receptors(Population<M, Real>& p, const typename Population<M, Real>::Run& run, std::size_t begin,
                                std::size_t count) {
    using W = Wide<Real>;
    for (const auto& r : p.receptors_) {
      const std::size_t offset = run.first_lane + begin;
      const Real* arrivals = arrived_at(p, r.port, run) + begin;
      for (std::size_t l = 0; l < count; l += W::lanes) {
        W before[most_receptor_states];
        for (std::size_t i = 0; i < r.states; ++i)
          before[i] = W::load(p.receptor_state_[r.first_state + i].at(run.step, run.sample) + offset + l);
        const W arrived = W::load(arrivals + l);
        for (std::size_t i = 0; i < r.states; ++i) {
          W sum = W(static_cast<double>(r.arrive[i])) * arrived;
          for (std::size_t j = 0; j < r.states; ++j)
            sum = fma(W(static_cast<double>(r.decay[i * r.states + j])), before[j], sum);
          sum.store(p.receptor_state_[r.first_state + i].at(run.step + 1, run.sample) + offset + l);
        }
      }
    }
  }

  /// Where the arrivals of a port stand for the lanes of a run.
  template <class M, class Real>
  static const Real* arrived_at(const Population<M, Real>& p, std::size_t port,
                                const typename Population<M, Real>::Run& run) {
    return p.ports[port].arrivals.at(run.step, run.sample, run.part) + run.first_lane;
  }

  template <class M, class Real>
  static void sum_ports(const Population<M, Real>& p, const std::vector<std::size_t>& ports,
                        const typename Population<M, Real>::Run& run, std::size_t begin, std::size_t count, Real* sum) {
    using W = Wide<Real>;
    std::fill(sum, sum + count, Real(0));
    for (std::size_t port : ports) {
      const Real* arrivals = arrived_at(p, port, run) + begin;
      for (std::size_t l = 0; l < count; l += W::lanes) (W::load(sum + l) + W::load(arrivals + l)).store(sum + l);
    }
  }

  template <class M, class Flow, bool drive, bool columns, class Real>
  static void fill(Inputs<M, Flow, Real>& inputs, Population<M, Real>& p, const typename Population<M, Real>::Run& run,
                   std::size_t begin, std::size_t count) {
    if constexpr (drive) fill_slots<M, Flow, columns>(p, run, begin, count, inputs.slots);
    sum_ports(p, p.current_ports_, run, begin, count, inputs.current);
    sum_ports(p, p.delta_ports_, run, begin, count, inputs.delta);
  }

  /// Pointers to the lane where a run begins; null for what a population does not have.
  template <class M, class Real>
  struct Pointers {
    std::array<const Real*, state_size<M>> before;
    std::array<Real*, state_size<M>> after;
    const Real *previous = nullptr, *refractory = nullptr;
    Real *previous_after = nullptr, *refractory_after = nullptr, *output;

    Pointers(Population<M, Real>& p, const typename Population<M, Real>::Run& run) {
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

  template <class M, class Flow, bool drive, bool columns, class Real>
  [[gnu::flatten]] static void advance(Population<M, Real>& p, const typename Population<M, Real>::Run& run) {
    using W = Wide<Real>;
    const Coefficients<M, Flow, columns, Real> coefficients(p);
    const Conventions conventions = p.options_.conventions;
    const Pointers<M, Real> at(p, run);
    Inputs<M, Flow, Real> inputs;
    for (std::size_t begin = 0; begin < run.lanes; begin += detail::block_lanes) {
      const std::size_t count = std::min(detail::block_lanes, run.lanes - begin);
      fill<M, Flow, drive, columns>(inputs, p, run, begin, count);
      for (std::size_t l = 0; l < count; l += W::lanes) {
        const std::size_t lane = begin + l, unit = run.first_lane + lane;
        const auto& q = coefficients.at(unit);
        StateOf<M, W> x;
        each_member(x, [&](W& w, std::size_t i) { w = W::load(at.before[i] + lane); });
        std::array<W, detail::slot_count<M, Flow>> drives{};
        if constexpr (drive)
          for (std::size_t s = 0; s < drives.size(); ++s) drives[s] = W::load(inputs.slots[s] + l);
        StateOf<M, W> flowed = flow<M, Flow, drive, W>(x, drives, W::load(inputs.current + l), coefficients, unit, q);
        std::get<0>(members(flowed)) += W::load(inputs.delta + l);
        if constexpr (Spiking<M>) {
          const auto next = jump<M, W>(x, flowed, at.load(at.previous, lane), at.load(at.refractory, lane),
                                       coefficients.refractory_steps(unit), q, conventions);
          each_member(next.x, [&](const W& w, std::size_t i) { w.store(at.after[i] + lane); });
          next.spike.store(at.output + lane);
          if (at.previous_after) next.spike.store(at.previous_after + lane);
          if constexpr (Refractory<M>) next.refractory.store(at.refractory_after + lane);
        } else {
          each_member(flowed, [&](W& w, std::size_t i) { w.store(at.after[i] + lane); });
          M::output(flowed, q).store(at.output + lane);
        }
      }
      if constexpr (drive) advance_receptors(p, run, begin, count);
    }
  }
};

}  // namespace cajal

#include "sim/population_run.hpp"
