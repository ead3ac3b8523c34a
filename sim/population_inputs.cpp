// What acts on a population in a step, block by block, and the way back of its receptors.

#include <algorithm>

#include "sim/population_base.hpp"
#include "sim/population_noise.hpp"

namespace cajal {

template <class Real>
void PopulationBase<Real>::fill(const Run& run, std::size_t begin, std::size_t count, const BlockLayout& layout,
                                BlockRow<Real>* rows, bool* moved, bool moves) {
  fill_slots(run, begin, count, layout, rows);
  std::fill(moved, moved + layout.states, false);
  for (std::size_t k = 0; k < layout.inputs; ++k) {
    sum_ports(current_ports_[k], run, begin, count, rows[layout.current(k)]);
    if (k >= layout.states) continue;
    sum_ports(delta_ports_[k], run, begin, count, rows[layout.move(k)]);
    moved[k] = true;
  }
  for (std::size_t k = 0; k < noise_.size(); ++k) {
    const NoiseOptions& given = options_.noise[k];
    if (given.on == NoiseOptions::On::output) continue;
    Real* sum = rows[layout.current(given.on == NoiseOptions::On::input ? given.index : 0)];
    if (given.on == NoiseOptions::On::state) {
      sum = rows[layout.move(given.index)];
      if (!moved[given.index]) std::fill(sum, sum + count, Real(0));
      moved[given.index] = true;
    }
    add_noise(k, run, begin, count, moves, sum);
  }
  if (model_.stochastic)
    noise::uniforms(chance_, noise::key(this->trials[run.sample], run.step), run.first_lane + begin, count,
                    rows[layout.uniform()]);
}

/// Adds what a receptor's states give to the slots.
template <class Real>
void PopulationBase<Real>::add_slots(const ReceptorStep<Real>& r, const Run& run, std::size_t begin, std::size_t count,
                                     BlockRow<Real>* slots) const {
  using W = Wide<Real>;
  const std::int64_t step = run.step + (options_.synapse_after ? 1 : 0);
  for (std::size_t s = 0; s < r.slots.size() / r.states; ++s)
    for (std::size_t i = 0; i < r.states; ++i) {
      const auto& c = r.slots[s * r.states + i];
      if (!c.column && c.values[0] == Real(0)) continue;
      const std::size_t stride = c.column ? 1 : 0;
      const Real* factor = c.values.data() + (run.first_lane + begin) * stride;
      const Real* state = receptor_state_[r.first_state + i].at(step, run.sample) + run.first_lane + begin;
      for (std::size_t l = 0; l < count; l += W::lanes)
        fma(W::load(factor + l * stride), W::load(state + l), W::load(slots[s] + l)).store(slots[s] + l);
    }
}

template <class Real>
void PopulationBase<Real>::fill_slots(const Run& run, std::size_t begin, std::size_t count, const BlockLayout& layout,
                                      BlockRow<Real>* slots) {
  for (std::size_t s = 0; s < layout.slots(); ++s) std::fill(slots[s], slots[s] + count, Real(0));
  for (const auto& r : receptors_)
    if (options_.ports[r.port].system.gate)
      fill_gated(r, run, begin, count, layout, slots);
    else
      add_slots(r, run, begin, count, slots);
  for (std::size_t input = 0; input < layout.inputs; ++input)
    for (const std::size_t port : gap_ports_[input]) {
      const Real* g = this->ports[port].conductance.data() + run.first_lane + begin;
      for (std::size_t k = 0; k < layout.points; ++k) {
        Real* out = slots[layout.slot(k, input) + 1];
        for (std::size_t l = 0; l < count; ++l) out[l] += g[l];
      }
    }
}

/// A current B(v) (a - g v) counts as linear in the potential around that at the start of the step:
/// I(v) = I(v0) + I'(v0) (v - v0).
template <class Real>
void PopulationBase<Real>::fill_gated(const ReceptorStep<Real>& r, const Run& run, std::size_t begin, std::size_t count,
                                      const BlockLayout& layout, BlockRow<Real>* slots) const {
  using W = Wide<Real>;
  BlockRow<Real> open[most_slots];
  for (std::size_t s = 0; s < layout.slots(); ++s) std::fill(open[s], open[s] + count, Real(0));
  add_slots(r, run, begin, count, open);
  const Real* potential = state_[r.input].at(run.step, run.sample) + run.first_lane + begin;
  for (std::size_t l = 0; l < count; l += W::lanes) {
    const W v = W::load(potential + l);
    const auto [B, B1, B2] = options_.ports[r.port].system.gate.at(v);
    for (std::size_t k = 0; k < layout.points; ++k) {
      const std::size_t s = layout.slot(k, r.input);
      const W a = W::load(open[s] + l), g = W::load(open[s + 1] + l);
      const W current = a - g * v, slope = B1 * current - B * g;
      (W::load(slots[s] + l) + (B * current - slope * v)).store(slots[s] + l);
      (W::load(slots[s + 1] + l) - slope).store(slots[s + 1] + l);
    }
  }
}

template <class Real>
void PopulationBase<Real>::advance_receptors(const Run& run, std::size_t begin, std::size_t count) {
  using W = Wide<Real>;
  for (const auto& r : receptors_) {
    const std::size_t offset = run.first_lane + begin;
    const Real* arrivals = arrived_at(r.port, run) + begin;
    for (std::size_t l = 0; l < count; l += W::lanes) {
      W before[most_receptor_states];
      for (std::size_t i = 0; i < r.states; ++i)
        before[i] = W::load(receptor_state_[r.first_state + i].at(run.step, run.sample) + offset + l);
      const W arrived = W::load(arrivals + l);
      for (std::size_t i = 0; i < r.states; ++i) {
        W sum = W(static_cast<double>(r.arrive[i])) * arrived;
        for (std::size_t j = 0; j < r.states; ++j)
          sum = fma(W(static_cast<double>(r.decay[i * r.states + j])), before[j], sum);
        sum.store(receptor_state_[r.first_state + i].at(run.step + 1, run.sample) + offset + l);
      }
    }
  }
}

template <class Real>
void PopulationBase<Real>::sum_ports(const std::vector<std::size_t>& ports, const Run& run, std::size_t begin,
                                     std::size_t count, Real* sum) const {
  using W = Wide<Real>;
  std::fill(sum, sum + count, Real(0));
  for (const std::size_t port : ports) {
    const Real* arrivals = arrived_at(port, run) + begin;
    for (std::size_t l = 0; l < count; l += W::lanes) (W::load(sum + l) + W::load(arrivals + l)).store(sum + l);
  }
}

/// Adds what a noise gives in the step of a run. The state of an Ornstein-Uhlenbeck process goes one step on where
/// `moves`; else it has done so.
template <class Real>
void PopulationBase<Real>::add_noise(std::size_t k, const Run& run, std::size_t begin, std::size_t count, bool moves,
                                     Real* sum) {
  NoiseStep<Real>& n = noise_[k];
  const std::size_t first = run.first_lane + begin;
  for (std::size_t done = 0; done < count; done += block_lanes) {
    const std::size_t some = std::min(block_lanes, count - done);
    BlockRow<Real> drawn;
    Real* const after = n.state.empty() ? nullptr : n.state.at(run.step + 1, run.sample) + first + done;
    if (!after || moves)
      noise::normals(n.stream, noise::key(this->trials[run.sample], run.step), n.spread, first + done, some, drawn);
    if (after && moves) {
      const Real* before = n.state.at(run.step, run.sample) + first + done;
      for (std::size_t l = 0; l < some; ++l) after[l] = before[l] * n.decay + drawn[l];
    }
    const Real* given = after ? after : drawn;
    for (std::size_t l = 0; l < some; ++l) sum[done + l] += given[l];
  }
}

template <class Real>
bool PopulationBase<Real>::finishes() const {
  const bool disturbed = std::any_of(options_.noise.begin(), options_.noise.end(),
                                     [](const NoiseOptions& n) { return n.on == NoiseOptions::On::output; });
  return disturbed || !observable_.empty() || !this->observed.empty();
}

template <class Real>
void PopulationBase<Real>::finish(const Run& run) {
  for (std::size_t k = 0; k < noise_.size(); ++k)
    if (options_.noise[k].on == NoiseOptions::On::output)
      add_noise(k, run, 0, run.lanes, true, this->output.at(run.step, run.sample) + run.first_lane);
  for (auto& o : this->observed) {
    const Signal<Real>* source = nullptr;
    for (const Field& f : model_.state)
      if (f.name == o.name) source = &state_[f.member];
    for (const Field& f : model_.observed)
      if (f.name == o.name) source = &observable_[f.member];
    const Real* values = source->at(run.step + 1, run.sample) + run.first_lane;
    std::copy(values, values + run.lanes, o.signal.at(run.step, run.sample) + run.first_lane);
  }
}

template <class Real>
void PopulationBase<Real>::rewind_receptors(const Run& run, std::size_t begin, std::size_t count,
                                            const BlockLayout& layout, const BlockRow<Real>* slots) {
  using W = Wide<Real>;
  const std::size_t offset = run.first_lane + begin, n = layout.slots();
  for (const auto& r : receptors_) {
    const BlockRow<Real>* given = slots;
    BlockRow<Real> open[most_slots];
    if (options_.ports[r.port].system.gate) {
      rewind_gate(r, run, begin, count, layout, slots, open);
      given = open;
    }
    for (std::size_t l = 0; l < count; l += W::lanes) {
      const auto from_slots = [&](std::size_t j) {
        W sum(0.0);
        for (std::size_t s = 0; s < n; ++s) {
          const auto& c = r.slots[s * r.states + j];
          sum = fma(W::load(c.values.data() + (c.column ? offset + l : 0)), W::load(given[s] + l), sum);
        }
        return sum;
      };
      W after[most_receptor_states], arrived(0.0);
      for (std::size_t i = 0; i < r.states; ++i) {
        after[i] = W::load(receptor_adjoint_[r.first_state + i].at(0, run.sample) + offset + l);
        if (options_.synapse_after) after[i] = after[i] + from_slots(i);
        arrived = fma(W(static_cast<double>(r.arrive[i])), after[i], arrived);
      }
      give(r.port, run, begin + l, arrived);
      for (std::size_t j = 0; j < r.states; ++j) {
        W sum = options_.synapse_after ? W(0.0) : from_slots(j);
        for (std::size_t i = 0; i < r.states; ++i)
          sum = fma(W(static_cast<double>(r.decay[i * r.states + j])), after[i], sum);
        sum.store(receptor_adjoint_[r.first_state + j].at(0, run.sample) + offset + l);
      }
    }
  }
}

/// Of a gated receptor: gradients by what it gave to the slots -> `open`, by the current a and the conductance g that
/// it would give with the gate open, and, added to the adjoint of the state, by the potential at the start of the step.
/// With I(v) = B(v) (a - g v), slot current I - I' v, slot conductance -I'.
template <class Real>
void PopulationBase<Real>::rewind_gate(const ReceptorStep<Real>& r, const Run& run, std::size_t begin,
                                       std::size_t count, const BlockLayout& layout, const BlockRow<Real>* slots,
                                       BlockRow<Real>* open) {
  using W = Wide<Real>;
  const std::size_t offset = run.first_lane + begin;
  for (std::size_t s = 0; s < layout.slots(); ++s) std::fill(open[s], open[s] + count, Real(0));
  add_slots(r, run, begin, count, open);
  const Real* potential = state_[r.input].at(run.step, run.sample) + offset;
  Real* adjoint = adjoint_[r.input].at(run.step, run.sample) + offset;
  for (std::size_t l = 0; l < count; l += W::lanes) {
    const W v = W::load(potential + l);
    const auto [B, B1, B2] = options_.ports[r.port].system.gate.at(v);
    W by_potential = W::load(adjoint + l);
    for (std::size_t k = 0; k < layout.points; ++k) {
      const std::size_t s = layout.slot(k, r.input);
      const W a = W::load(open[s] + l), g = W::load(open[s + 1] + l);
      const W by_current = W::load(slots[s] + l), by_conductance = W::load(slots[s + 1] + l);
      const W curvature = B2 * (a - g * v) - W(2.0) * B1 * g;
      by_potential = by_potential - curvature * (by_current * v + by_conductance);
      (by_current * (B - B1 * v) - by_conductance * B1).store(open[s] + l);
      (by_current * B1 * v * v + by_conductance * (B1 * v + B)).store(open[s + 1] + l);
    }
    by_potential.store(adjoint + l);
  }
}

template class PopulationBase<float>;
template class PopulationBase<double>;

}  // namespace cajal
