#pragma once

// The way back of Population: included by sim/population_run.hpp.

#include "sim/population_kernel.hpp"

namespace cajal {

struct PopulationRewind {
  /// The adjoint of `advance`, from the model's Jacobian on dual numbers: gradients by (state, spike) after the step
  /// become gradients by state before it and by everything that arrived.
  template <class M, class Flow, bool drive, bool columns, class Real>
  [[gnu::flatten]] static void rewind(Population<M, Real>& p, const typename Population<M, Real>::Run& run) {
    using W = Wide<Real>;
    constexpr int n = static_cast<int>(state_size<M>),
                  n_slots = drive ? static_cast<int>(detail::slot_count<M, Flow>) : 0;
    constexpr int previous = n, delta = n + 1, current = n + 2, first_slot = n + 3;
    using D = Dual<W, n + 3 + n_slots>;
    const PopulationKernel::Coefficients<M, Flow, columns, Real> coefficients(p);
    const Conventions conventions = p.options_.conventions;
    const PopulationKernel::Pointers<M, Real> at(p, run);
    const auto pointer = [&](Signal<Real>& s) { return s.at(run.step, run.sample) + run.first_lane; };
    const Real* output_gradient = pointer(p.output_gradient);
    std::array<Real*, state_size<M>> adjoint;
    for (std::size_t i = 0; i < adjoint.size(); ++i) adjoint[i] = pointer(p.adjoint_[i]);
    Real* previous_adjoint = p.previous_adjoint_.empty() ? nullptr : pointer(p.previous_adjoint_);
    PopulationKernel::Inputs<M, Flow, Real> inputs;
    for (std::size_t begin = 0; begin < run.lanes; begin += detail::block_lanes) {
      const std::size_t count = std::min(detail::block_lanes, run.lanes - begin);
      PopulationKernel::fill<M, Flow, drive, columns>(inputs, p, run, begin, count);
      for (std::size_t l = 0; l < count; l += W::lanes) {
        const std::size_t lane = begin + l, unit = run.first_lane + lane;
        const auto& q = coefficients.at(unit);
        StateOf<M, D> x;
        each_member(x,
                    [&](D& d, std::size_t i) { d = D::variable(W::load(at.before[i] + lane), static_cast<int>(i)); });
        std::array<D, detail::slot_count<M, Flow>> drives{};
        if constexpr (drive)
          for (std::size_t s = 0; s < drives.size(); ++s)
            drives[s] = D::variable(W::load(inputs.slots[s] + l), first_slot + static_cast<int>(s));
        StateOf<M, D> flowed = PopulationKernel::flow<M, Flow, drive, D>(
            x, drives, D::variable(W::load(inputs.current + l), current), coefficients, unit, q);
        auto& membrane = std::get<0>(members(flowed));
        membrane = membrane + D::variable(W::load(inputs.delta + l), delta);
        W gradient[n + 3 + n_slots + 1];
        for (W& g : gradient) g = W(0.0);
        const auto pull = [&](const D& value, const W& by_value) {
          for (std::size_t k = 0; k < value.by.size(); ++k) gradient[k] = fma(by_value, value.by[k], gradient[k]);
        };
        const W by_output = W::load(output_gradient + lane);
        if constexpr (Spiking<M>) {
          const auto next =
              jump<M, D>(x, flowed, D::variable(at.load(at.previous, lane), previous), at.load(at.refractory, lane),
                         coefficients.refractory_steps(unit), q, conventions);
          each_member(next.x, [&](const D& d, std::size_t i) { pull(d, W::load(adjoint[i] + lane)); });
          pull(next.spike, by_output + at.load(previous_adjoint, lane));
          if (previous_adjoint) gradient[previous].store(previous_adjoint + lane);
        } else {
          each_member(flowed, [&](const D& d, std::size_t i) { pull(d, W::load(adjoint[i] + lane)); });
          pull(M::output(flowed, q), by_output);
        }
        for (int i = 0; i < n; ++i) gradient[i].store(adjoint[static_cast<std::size_t>(i)] + lane);
        for (std::size_t port : p.delta_ports_) give(p.ports[port], run, lane, gradient[delta]);
        for (std::size_t port : p.current_ports_) give(p.ports[port], run, lane, gradient[current]);
        if constexpr (drive)
          for (int s = 0; s < n_slots; ++s) gradient[first_slot + s].store(inputs.slots[s] + l);
      }
      if constexpr (drive) rewind_receptors<M, Flow, columns>(p, run, begin, count, inputs.slots);
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
};

}  // namespace cajal
