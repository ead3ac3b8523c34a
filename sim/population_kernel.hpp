#pragma once

// The inner loops of Population: included by the translation unit of each model.

#include <cmath>
#include <type_traits>

#include "sim/population.hpp"

namespace cajal {

/// One step over a range of lanes of one sample, or of several neighbouring samples whose parameters are shared.
/// Pointers are to lane 0 of the range.
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

}  // namespace detail

/// The loops, as static functions of the model, the method and whether there are receptors with memory and columns.
/// Flattened: a call within them passes its packs through memory, which costs up to twice the time.
struct PopulationKernel {
  template <class M, class Real, bool columns>
  struct Coefficients {
    using W = Wide<Real>;
    std::array<const Real*, parameter_count<M>> parameters;
    std::vector<const Real*> propagator;
    ParametersOf<M, W> shared;
    W refractory_shared{};
    double dt;

    explicit Coefficients(const Population<M, Real>& p) : dt(p.dt_) {
      for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] = p.parameters_[i].values.data();
      for (const auto& c : p.propagator_) propagator.push_back(c.values.data());
      if constexpr (!columns)
        each_member(shared, [&](W& w, std::size_t i) { w = W(static_cast<double>(parameters[i][0])); });
    }
    ParametersOf<M, W> at(std::size_t lane) const {
      if constexpr (!columns) return shared;
      ParametersOf<M, W> q;
      each_member(q, [&](W& w, std::size_t i) { w = W::load(parameters[i] + lane); });
      return q;
    }
    W propagate(std::size_t k, std::size_t lane) const {
      if constexpr (columns) return W::load(propagator[k] + lane);
      return W(static_cast<double>(propagator[k][0]));
    }
    template <class Q>
    W refractory_steps(const Q& q) const {
      if constexpr (Refractory<M>) {
        // t_ref / dt, rounded to the nearest step.
        W r;
        for (int i = 0; i < W::lanes; ++i)
          r.v[i] = static_cast<Real>(std::nearbyint(static_cast<double>(q.t_ref[i]) / dt));
        return r;
      }
      return W(0.0);
    }
  };

  /// The flow of one pack: `slots[k]` as slot_count says, `current` flows during the whole step.
  template <class M, class Flow, bool drive, class T, class C, class Q>
  static StateOf<M, T> flow(const StateOf<M, T>& x, const std::array<T, detail::slot_count<M, Flow>>& slots,
                            const T& current, const C& coefficients, std::size_t lane, const Q& q) {
    using W = Plain<T>;
    if constexpr (detail::is_exact<Flow>) {
      constexpr std::size_t n = state_size<M>;
      StateOf<M, T> y;
      each_member(y, [&](T& out, std::size_t i) {
        T sum = coefficients.propagate(n * n + i, lane) * current + coefficients.propagate(n * n + n + i, lane);
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
          input[k] = {current, T(W(0.0))};
      }
      return Flow::template step<M, T>(x, input, q, W(coefficients.dt));
    }
  }

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
      const Real* arrivals = p.ports[r.port].arrivals.at(run.step, run.sample, run.part) + offset;
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

  /// Pointers of a run to the lane where its columns begin.
  template <class M, class Real>
  struct Pointers {
    std::array<const Real*, state_size<M>> before;
    std::array<Real*, state_size<M>> after;
    const Real *previous = nullptr, *refractory = nullptr;
    Real *previous_after = nullptr, *refractory_after = nullptr, *output;
    std::vector<const Real*> deltas, currents;

    Pointers(Population<M, Real>& p, const typename Population<M, Real>::Run& run) {
      const auto at = [&](Signal<Real>& s, std::int64_t step) { return s.at(step, run.sample) + run.first_lane; };
      for (std::size_t i = 0; i < before.size(); ++i) {
        before[i] = at(p.state_[i], run.step);
        after[i] = at(p.state_[i], run.step + 1);
      }
      if constexpr (Spiking<M>) {
        previous = at(p.previous_, run.step);
        previous_after = at(p.previous_, run.step + 1);
        refractory = at(p.refractory_, run.step);
        refractory_after = at(p.refractory_, run.step + 1);
      }
      output = at(p.output, run.step);
      const auto arrivals = [&](std::size_t port) {
        return p.ports[port].arrivals.at(run.step, run.sample, run.part) + run.first_lane;
      };
      for (std::size_t port : p.delta_ports_) deltas.push_back(arrivals(port));
      for (std::size_t port : p.current_ports_) currents.push_back(arrivals(port));
    }
  };

  template <class Real>
  static Wide<Real> sum_at(const std::vector<const Real*>& columns, std::size_t lane) {
    Wide<Real> sum(0.0);
    for (const Real* c : columns) sum += Wide<Real>::load(c + lane);
    return sum;
  }

  template <class M, class Flow, bool drive, bool columns, class Real>
  [[gnu::flatten]] static void advance(Population<M, Real>& p, const typename Population<M, Real>::Run& run) {
    using W = Wide<Real>;
    using C = Coefficients<M, Real, columns>;
    const C coefficients(p);
    const Conventions conventions = p.options_.conventions;
    const Pointers<M, Real> at(p, run);
    const W refractory_shared = columns ? W(0.0) : coefficients.refractory_steps(coefficients.shared);
    alignas(64) Real slots[detail::slot_count<M, Flow> + 1][detail::block_lanes];
    for (std::size_t begin = 0; begin < run.lanes; begin += detail::block_lanes) {
      const std::size_t count = std::min(detail::block_lanes, run.lanes - begin);
      if constexpr (drive) fill_slots<M, Flow, columns>(p, run, begin, count, slots);
      for (std::size_t l = 0; l < count; l += W::lanes) {
        const std::size_t lane = begin + l;
        const auto q = coefficients.at(run.first_lane + lane);
        StateOf<M, W> x;
        each_member(x, [&](W& w, std::size_t i) { w = W::load(at.before[i] + lane); });
        std::array<W, detail::slot_count<M, Flow>> drives{};
        if constexpr (drive)
          for (std::size_t s = 0; s < drives.size(); ++s) drives[s] = W::load(slots[s] + l);
        StateOf<M, W> flowed =
            flow<M, Flow, drive, W>(x, drives, sum_at(at.currents, lane), coefficients, run.first_lane + lane, q);
        std::get<0>(members(flowed)) += sum_at(at.deltas, lane);
        if constexpr (Spiking<M>) {
          const W steps = columns ? coefficients.refractory_steps(q) : refractory_shared;
          const auto next =
              jump<M, W>(x, flowed, W::load(at.previous + lane), W::load(at.refractory + lane), steps, q, conventions);
          each_member(next.x, [&](const W& w, std::size_t i) { w.store(at.after[i] + lane); });
          next.spike.store(at.output + lane);
          next.spike.store(at.previous_after + lane);
          next.refractory.store(at.refractory_after + lane);
        } else {
          each_member(flowed, [&](W& w, std::size_t i) { w.store(at.after[i] + lane); });
          M::output(flowed, q).store(at.output + lane);
        }
      }
      if constexpr (drive) advance_receptors(p, run, begin, count);
    }
  }

  /// The adjoint of `advance`, from the model's Jacobian on dual numbers: gradients by (state, spike) after the step
  /// become gradients by state before it and by everything that arrived.
  template <class M, class Flow, bool drive, bool columns, class Real>
  [[gnu::flatten]] static void rewind(Population<M, Real>& p, const typename Population<M, Real>::Run& run) {
    using W = Wide<Real>;
    using C = Coefficients<M, Real, columns>;
    constexpr int n = static_cast<int>(state_size<M>),
                  n_slots = drive ? static_cast<int>(detail::slot_count<M, Flow>) : 0;
    constexpr int previous = n, delta = n + 1, current = n + 2, first_slot = n + 3;
    using D = Dual<W, n + 3 + n_slots>;
    const C coefficients(p);
    const Conventions conventions = p.options_.conventions;
    const Pointers<M, Real> at(p, run);
    const auto pointer = [&](Signal<Real>& s) { return s.at(run.step, run.sample) + run.first_lane; };
    const Real* output_gradient = pointer(p.output_gradient);
    std::array<Real*, state_size<M>> adjoint;
    for (std::size_t i = 0; i < adjoint.size(); ++i) adjoint[i] = pointer(p.adjoint_[i]);
    Real* previous_adjoint = nullptr;
    if constexpr (Spiking<M>) previous_adjoint = pointer(p.previous_adjoint_);
    const W refractory_shared = columns ? W(0.0) : coefficients.refractory_steps(coefficients.shared);
    alignas(64) Real slots[detail::slot_count<M, Flow> + 1][detail::block_lanes];
    for (std::size_t begin = 0; begin < run.lanes; begin += detail::block_lanes) {
      const std::size_t count = std::min(detail::block_lanes, run.lanes - begin);
      if constexpr (drive) fill_slots<M, Flow, columns>(p, run, begin, count, slots);
      for (std::size_t l = 0; l < count; l += W::lanes) {
        const std::size_t lane = begin + l;
        const auto q = coefficients.at(run.first_lane + lane);
        StateOf<M, D> x;
        each_member(x,
                    [&](D& d, std::size_t i) { d = D::variable(W::load(at.before[i] + lane), static_cast<int>(i)); });
        std::array<D, detail::slot_count<M, Flow>> drives{};
        if constexpr (drive)
          for (std::size_t s = 0; s < drives.size(); ++s)
            drives[s] = D::variable(W::load(slots[s] + l), first_slot + static_cast<int>(s));
        StateOf<M, D> flowed = flow<M, Flow, drive, D>(x, drives, D::variable(sum_at(at.currents, lane), current),
                                                       coefficients, run.first_lane + lane, q);
        auto& membrane = std::get<0>(members(flowed));
        membrane = membrane + D::variable(sum_at(at.deltas, lane), delta);
        W gradient[n + 3 + n_slots + 1];
        for (W& g : gradient) g = W(0.0);
        const auto pull = [&](const D& value, const W& by_value) {
          for (std::size_t k = 0; k < value.by.size(); ++k) gradient[k] = fma(by_value, value.by[k], gradient[k]);
        };
        const W by_output = W::load(output_gradient + lane);
        if constexpr (Spiking<M>) {
          const W steps = columns ? coefficients.refractory_steps(q) : refractory_shared;
          const auto next = jump<M, D>(x, flowed, D::variable(W::load(at.previous + lane), previous),
                                       W::load(at.refractory + lane), steps, q, conventions);
          each_member(next.x, [&](const D& d, std::size_t i) { pull(d, W::load(adjoint[i] + lane)); });
          pull(next.spike, by_output + W::load(previous_adjoint + lane));
          gradient[previous].store(previous_adjoint + lane);
        } else {
          each_member(flowed, [&](const D& d, std::size_t i) { pull(d, W::load(adjoint[i] + lane)); });
          pull(M::output(flowed, q), by_output);
        }
        for (int i = 0; i < n; ++i) gradient[i].store(adjoint[static_cast<std::size_t>(i)] + lane);
        for (std::size_t port : p.delta_ports_) give(p.ports[port], run, lane, gradient[delta]);
        for (std::size_t port : p.current_ports_) give(p.ports[port], run, lane, gradient[current]);
        if constexpr (drive)
          for (int s = 0; s < n_slots; ++s) gradient[first_slot + s].store(slots[s] + l);
      }
      if constexpr (drive) rewind_receptors<M, Flow, columns>(p, run, begin, count, slots);
    }
  }

  /// A port that is held during a trial collects the gradients of all steps.
  template <class Real, class R>
  static void give(Port<Real>& port, const R& run, std::size_t lane, const Wide<Real>& gradient) {
    Real* out = port.arrivals_gradient.at(run.step, run.sample) + run.first_lane + lane;
    (port.held ? Wide<Real>::load(out) + gradient : gradient).store(out);
  }

  /// Gradients by the slots and by the receptors' states after the step -> by their states before it and by arrivals.
  template <class M, class Flow, bool columns, class Real>
  static void rewind_receptors(Population<M, Real>& p, const typename Population<M, Real>::Run& run, std::size_t begin,
                               std::size_t count, Real (*slots)[detail::block_lanes]) {
    using W = Wide<Real>;
    constexpr std::size_t n = detail::slot_count<M, Flow>;
    for (const auto& r : p.receptors_) {
      const std::size_t offset = run.first_lane + begin;
      for (std::size_t l = 0; l < count; l += W::lanes) {
        W after[most_receptor_states];
        W arrived(0.0);
        for (std::size_t i = 0; i < r.states; ++i) {
          after[i] = W::load(p.receptor_adjoint_[r.first_state + i].at(0, run.sample) + offset + l);
          arrived = fma(W(static_cast<double>(r.arrive[i])), after[i], arrived);
        }
        give(p.ports[r.port], run, begin + l, arrived);
        for (std::size_t j = 0; j < r.states; ++j) {
          W sum(0.0);
          for (std::size_t i = 0; i < r.states; ++i)
            sum = fma(W(static_cast<double>(r.decay[i * r.states + j])), after[i], sum);
          for (std::size_t s = 0; s < n; ++s) {
            const auto& c = r.slots[s * r.states + j];
            const W factor =
                columns && c.column ? W::load(c.values.data() + offset + l) : W(static_cast<double>(c.values[0]));
            sum = fma(factor, W::load(slots[s] + l), sum);
          }
          sum.store(p.receptor_adjoint_[r.first_state + j].at(0, run.sample) + offset + l);
        }
      }
    }
  }

  /// Picks the instantiation for what the population is.
  template <class M, class Real, class F>
  static void dispatch(const Population<M, Real>& p, F&& f) {
    const auto with_drive = [&]<class Flow>() {
      const bool drive = !p.receptors_.empty();
      if (drive && p.columns_)
        f.template operator()<Flow, true, true>();
      else if (drive)
        f.template operator()<Flow, true, false>();
      else if (p.columns_)
        f.template operator()<Flow, false, true>();
      else
        f.template operator()<Flow, false, false>();
    };
    switch (p.options_.integrator) {
      case Integrator::exact:
        if constexpr (Linear<M>) with_drive.template operator()<detail::ExactFlow>();
        break;
      case Integrator::euler:
        with_drive.template operator()<Euler>();
        break;
      case Integrator::heun:
        with_drive.template operator()<Heun>();
        break;
      case Integrator::rk4:
        with_drive.template operator()<RungeKutta4>();
        break;
      case Integrator::exponential_euler:
        with_drive.template operator()<ExponentialEuler>();
        break;
      case Integrator::dopri5:
        break;
    }
  }
};

template <class M, class Real>
template <class F>
void Population<M, Real>::each_run(std::int64_t step, const Slice& slice, F&& f) {
  const std::size_t stride = padded(this->size());
  const auto [begin, end] = slice.units(stride);
  if (begin == end) return;
  // Samples lie side by side, so that with shared parameters one run covers them all.
  if (slice.parts == 1 && !columns_ && slice.sample_end > slice.sample_begin)
    return f(Run{step, slice.sample_begin, 0, (slice.sample_end - slice.sample_begin) * stride, slice.part});
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) f(Run{step, b, begin, end - begin, slice.part});
}

template <class M, class Real>
void Population<M, Real>::advance(Steps steps, const Slice& slice) {
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    each_run(t, slice, [&](const Run& run) {
      if (options_.integrator == Integrator::dopri5) return advance_dopri5(run);
      PopulationKernel::dispatch(*this, [&]<class Flow, bool drive, bool columns>() {
        PopulationKernel::advance<M, Flow, drive, columns>(*this, run);
      });
    });
}

template <class M, class Real>
void Population<M, Real>::begin_rewind(const Slice& slice) {
  for (auto& s : adjoint_) s.zero(0, slice);
  for (auto& s : receptor_adjoint_) s.zero(0, slice);
  if constexpr (Spiking<M>) previous_adjoint_.zero(0, slice);
  for (auto& port : this->ports)
    if (port.connected && port.held) port.arrivals_gradient.zero(0, slice);
}

template <class M, class Real>
void Population<M, Real>::rewind(Steps steps, const Slice& slice) {
  for (std::int64_t t = steps.end - 1; t >= steps.begin; --t)
    each_run(t, slice, [&](const Run& run) {
      PopulationKernel::dispatch(*this, [&]<class Flow, bool drive, bool columns>() {
        PopulationKernel::rewind<M, Flow, drive, columns>(*this, run);
      });
    });
}

}  // namespace cajal

#include "sim/population_dopri5.hpp"
