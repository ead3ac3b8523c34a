#pragma once

// The way back of Population: included by sim/population_run.hpp.

#include "sim/population_kernel.hpp"

namespace cajal {

struct PopulationRewind {
  /// How many derivatives the duals of a pass carry: all at once where training is to be fast, else one, which takes
  /// more passes and a fraction of the time to compile.
  template <class M, class Flow, bool strided>
  static constexpr std::size_t variables = state_size<M> + 1 + 2 * input_count<M> + detail::slot_count<M, Flow>;
  template <class M, class Flow, bool strided>
  static constexpr std::size_t width =
      strided || std::is_same_v<Flow, ExponentialEuler> ? 1 : variables<M, Flow, strided>;

  /// The adjoint of `advance`, from the model's Jacobian on dual numbers: gradients by (state, spike) after the step
  /// become gradients by state before it and by everything that arrived. Variables in their order: state, previous
  /// spike, for each input what moves its state and its current, slots.
  template <class M, class Flow, bool strided, class Real>
  [[gnu::flatten]] static void rewind(Population<M, Real>& p, const PopulationRun& run) {
    using W = Wide<Real>;
    constexpr std::size_t n = state_size<M>, inputs_n = input_count<M>, n_slots = detail::slot_count<M, Flow>;
    constexpr std::size_t previous = n, delta = n + 1, current = delta + inputs_n, first_slot = current + inputs_n;
    constexpr std::size_t all = variables<M, Flow, strided>, at_once = width<M, Flow, strided>;
    using D = Dual<W, static_cast<int>(at_once)>;
    const PopulationKernel::Coefficients<M, Flow, strided, Real> coefficients(p);
    const Conventions conventions = p.options_.conventions;
    const PopulationKernel::Pointers<M, Real> at(p, run);
    const auto pointer = [&](Signal<Real>& s) { return s.at(run.step, run.sample) + run.first_lane; };
    const Real* output_gradient = pointer(p.output_gradient);
    std::array<Real*, n> adjoint;
    for (std::size_t i = 0; i < adjoint.size(); ++i) adjoint[i] = pointer(p.adjoint_[i]);
    Real* previous_adjoint = p.previous_adjoint_.empty() ? nullptr : pointer(p.previous_adjoint_);
    PopulationKernel::Inputs<M, Flow, Real> inputs;
    for (std::size_t begin = 0; begin < run.lanes; begin += block_lanes) {
      const std::size_t count = std::min(block_lanes, run.lanes - begin);
      inputs.fill(p, run, begin, count, false);
      for (std::size_t l = 0; l < count; l += W::lanes) {
        const std::size_t lane = begin + l, unit = run.first_lane + lane;
        const auto& q = coefficients.at(unit);
        W gradient[all];
        for (std::size_t first = 0; first < all; first += at_once) {
          const auto variable = [first](const W& value, std::size_t index) {
            D d(value);
            if (index - first < at_once) d.by[index - first] = W(1.0);
            return d;
          };
          StateOf<M, D> x;
          each_member(x, [&](D& d, std::size_t i) { d = variable(W::load(at.before[i] + lane), i); });
          std::array<D, n_slots> slots;
          for (std::size_t s = 0; s < n_slots; ++s) slots[s] = variable(inputs.slot(s, l), first_slot + s);
          std::array<D, inputs_n> currents;
          for (std::size_t k = 0; k < inputs_n; ++k) currents[k] = variable(inputs.current(k, l), current + k);
          StateOf<M, D> flowed = PopulationKernel::flow<M, Flow, true, D>(x, slots, currents, coefficients, unit, q);
          each_member(flowed, [&](D& d, std::size_t i) {
            if (i < inputs_n)
              d = d + variable(inputs.move(i, l), delta + i);
            else if (inputs.moved[i])
              d = d + inputs.move(i, l);
          });
          W sums[at_once];
          for (W& sum : sums) sum = W(0.0);
          const auto pull = [&](const D& value, const W& by_value) {
            for (std::size_t k = 0; k < at_once; ++k) sums[k] = fma(by_value, value.by[k], sums[k]);
          };
          const W by_output = W::load(output_gradient + lane);
          if constexpr (Spiking<M>) {
            const auto next =
                jump<M, D>(x, flowed, variable(at.load(at.previous, lane), previous), at.load(at.refractory, lane),
                           coefficients.refractory_steps(unit), q, conventions, inputs.chance(l, coefficients.dt));
            each_member(next.x, [&](const D& d, std::size_t i) { pull(d, W::load(adjoint[i] + lane)); });
            pull(next.spike, by_output + at.load(previous_adjoint, lane));
          } else {
            each_member(flowed, [&](D& d, std::size_t i) { pull(d, W::load(adjoint[i] + lane)); });
            pull(M::output(flowed, q), by_output);
          }
          for (std::size_t k = 0; k < at_once; ++k) gradient[first + k] = sums[k];
        }
        if (Spiking<M> && previous_adjoint) gradient[previous].store(previous_adjoint + lane);
        for (std::size_t i = 0; i < n; ++i) gradient[i].store(adjoint[i] + lane);
        for (std::size_t k = 0; k < inputs_n; ++k) {
          for (const std::size_t port : p.delta_ports_[k]) p.give(port, run, lane, gradient[delta + k]);
          for (const std::size_t port : p.current_ports_[k]) p.give(port, run, lane, gradient[current + k]);
        }
        for (std::size_t s = 0; s < n_slots; ++s) gradient[first_slot + s].store(inputs.rows[s] + l);
      }
      p.rewind_receptors(run, begin, count, inputs.layout, inputs.rows);
    }
  }
};

}  // namespace cajal
