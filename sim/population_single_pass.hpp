#pragma once

// The fast loop of Population: included by sim/population_run.hpp.

#include "sim/population_kernel.hpp"

namespace cajal {

/// The step of populations as simulations have them: the standard conventions, up to `most_receptors` receptors of one
/// state each, up to two ports for delta synapses and two for currents. One pass, in which a unit's membrane and
/// receptors stay in registers. The operations and their order are those of PopulationKernel, so are the bits.
struct PopulationSinglePass {
  static constexpr std::size_t most_receptors = 2, most_ports = 2;

  template <class M, class Real>
  static bool suits(const Population<M, Real>& p) {
    const Conventions& c = p.options_.conventions;
    bool small = p.receptors_.size() <= most_receptors && p.delta_ports_[0].size() <= most_ports &&
                 p.current_ports_[0].size() <= most_ports && p.gap_ports_[0].empty() && p.noise_.empty() &&
                 !p.options_.synapse_after;
    for (const auto& r : p.receptors_) small = small && r.states == 1 && !p.options_.ports[r.port].system.gate;
    return small && !c.next_step && !c.surrogate.smooth && c.reset == standard.reset &&
           c.refractory == standard.refractory;
  }

  /// A receptor of one state: s := decay s + arrive * arrivals, after it gave slot[k] s to slot k of the flow.
  template <class M, class Flow, bool columns, class Real>
  struct Receptor {
    using W = Wide<Real>;
    static constexpr std::size_t slots = detail::slot_count<M, Flow>;
    const Real *before = nullptr, *arrivals = nullptr;
    Real* after = nullptr;
    W decay, arrive;
    std::array<W, slots> shared;
    std::array<const Real*, slots> column;

    void set(Population<M, Real>& p, const ReceptorStep<Real>& r, const PopulationRun& run) {
      Signal<Real>& state = p.receptor_state_[r.first_state];
      before = state.at(run.step, run.sample) + run.first_lane;
      after = state.at(run.step + 1, run.sample) + run.first_lane;
      arrivals = p.arrived_at(r.port, run);
      decay = W(static_cast<double>(r.decay[0]));
      arrive = W(static_cast<double>(r.arrive[0]));
      for (std::size_t k = 0; k < slots; ++k) {
        shared[k] = W(static_cast<double>(r.slots[k].values[0]));
        column[k] = r.slots[k].values.data();
      }
    }
    W slot(std::size_t k, std::size_t unit) const {
      return columns && detail::is_exact<Flow> ? W::load(column[k] + unit) : shared[k];
    }
  };

  /// The sum of what arrived at up to two ports.
  template <class Real>
  struct Arrivals {
    std::array<const Real*, most_ports> column{};

    template <class M>
    Arrivals(const Population<M, Real>& p, const std::vector<std::size_t>& ports, const PopulationRun& run) {
      for (std::size_t k = 0; k < ports.size(); ++k) column[k] = p.arrived_at(ports[k], run);
    }
    Wide<Real> at(std::size_t lane) const {
      Wide<Real> sum(0.0);
      for (const Real* c : column)
        if (c) sum += Wide<Real>::load(c + lane);
      return sum;
    }
  };

  template <class M, class Flow, std::size_t receptors, bool columns, class Real>
  [[gnu::flatten]] static void advance(Population<M, Real>& p, const PopulationRun& run) {
    using W = Wide<Real>;
    const PopulationKernel::Coefficients<M, Flow, columns, Real> coefficients(p);
    const PopulationKernel::Pointers<M, Real> at(p, run);
    const Arrivals<Real> currents(p, p.current_ports_[0], run), deltas(p, p.delta_ports_[0], run);
    std::array<Receptor<M, Flow, columns, Real>, receptors> receptor;
    for (std::size_t r = 0; r < receptors; ++r) receptor[r].set(p, p.receptors_[r], run);
    const std::size_t lanes = run.lanes, first_lane = run.first_lane;
    std::uint16_t* spiked = nullptr;
    if constexpr (Spiking<M>) spiked = p.spiked_.data() + (at.output - p.output.at(0, 0)) / W::lanes;
    const unsigned moves = at.refractory == at.refractory_after ? 0 : ~0U;  // a tape has a new row for each step
    for (std::size_t lane = 0; lane < lanes; lane += W::lanes) {
      const std::size_t unit = first_lane + lane;
      const auto& q = coefficients.at(unit);
      StateOf<M, W> x;
      each_member(x, [&](W& w, std::size_t i) { w = W::load(at.before[i] + lane); });
      std::array<W, detail::slot_count<M, Flow>> drives;
      drives.fill(W(0.0));
      std::array<W, receptors> decayed;
      for (std::size_t r = 0; r < receptors; ++r) {
        const W state = W::load(receptor[r].before + lane);
        for (std::size_t k = 0; k < drives.size(); ++k) drives[k] = fma(receptor[r].slot(k, unit), state, drives[k]);
        decayed[r] = fma(receptor[r].decay, state, receptor[r].arrive * W::load(receptor[r].arrivals + lane));
      }
      StateOf<M, W> flowed =
          PopulationKernel::flow<M, Flow, (receptors > 0), W>(x, drives, {currents.at(lane)}, coefficients, unit, q);
      std::get<0>(members(flowed)) += deltas.at(lane);
      if constexpr (Spiking<M>) {
        W refractory(0.0);
        if constexpr (Refractory<M>) refractory = W::load(at.refractory + lane);
        const auto next = jump<M, W>(x, flowed, W(0.0), refractory, coefficients.refractory_steps(unit), q, standard);
        each_member(next.x, [&](const W& w, std::size_t i) { w.store(at.after[i] + lane); });
        // Spikes are rare, and so are refractory units: what stays zero is not written.
        const unsigned spikes = bits_above(next.spike, W(0.5));
        store_lanes(spikes | *spiked, next.spike, at.output + lane);
        *spiked++ = static_cast<std::uint16_t>(spikes);
        if constexpr (Refractory<M>)
          store_lanes(spikes | bits_above(refractory, W(0.5)) | moves, next.refractory, at.refractory_after + lane);
      } else {
        each_member(flowed, [&](W& w, std::size_t i) { w.store(at.after[i] + lane); });
        M::output(flowed, q).store(at.output + lane);
      }
      for (std::size_t r = 0; r < receptors; ++r) decayed[r].store(receptor[r].after + lane);
    }
  }

 private:
  static constexpr Conventions standard{};
};

}  // namespace cajal
