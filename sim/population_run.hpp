#pragma once

// How Population goes through steps, with the loop that suits it: included by sim/population_kernel.hpp.

#include "sim/population_dopri5.hpp"
#include "sim/population_rewind.hpp"
#include "sim/population_single_pass.hpp"

namespace cajal {

namespace detail {

/// Lanes that go through several steps before the next ones: their states stay in the nearest cache.
inline constexpr std::size_t lanes_at_once = 1024;

/// The combinations that simulations run at scale; all others go through the general loop, which saves half of the
/// time to compile.
template <class Flow, class Real>
inline constexpr bool has_single_pass =
    std::is_same_v<Real, float> ? !std::is_same_v<Flow, RungeKutta4>
                                : std::is_same_v<Flow, ExactFlow> || std::is_same_v<Flow, Heun>;

}  // namespace detail

/// Picks the instantiations for what the population is.
template <class M, class Real>
void Population<M, Real>::select_kernels() {
  const auto by_columns = [&]<class Flow, bool columns>() {
    // In double precision nothing is gained by leaving out drives that are zero.
    constexpr bool may_rest = std::is_same_v<Real, float>;
    const bool drive = !may_rest || !receptors_.empty();
    rewind_ = drive ? &PopulationRewind::rewind<M, Flow, true, columns, Real>
                    : &PopulationRewind::rewind<M, Flow, !may_rest, columns, Real>;
    single_pass_ = detail::has_single_pass<Flow, Real> && PopulationSinglePass::suits(*this);
    if (!single_pass_) {
      advance_ = drive ? &PopulationKernel::advance<M, Flow, true, columns, Real>
                       : &PopulationKernel::advance<M, Flow, !may_rest, columns, Real>;
      return;
    }
    if constexpr (detail::has_single_pass<Flow, Real>)
      advance_ = receptors_.empty()       ? &PopulationSinglePass::advance<M, Flow, 0, columns, Real>
                 : receptors_.size() == 1 ? &PopulationSinglePass::advance<M, Flow, 1, columns, Real>
                                          : &PopulationSinglePass::advance<M, Flow, 2, columns, Real>;
  };
  const auto by_flow = [&]<class Flow>() {
    if (columns_)
      by_columns.template operator()<Flow, true>();
    else
      by_columns.template operator()<Flow, false>();
  };
  switch (options_.integrator) {
    case Integrator::exact:
      if constexpr (Linear<M>)
        by_flow.template operator()<detail::ExactFlow>();
      else
        throw Error("\"" + this->name() + "\": the flow is not linear and has no exact step");
      break;
    case Integrator::euler:
      by_flow.template operator()<Euler>();
      break;
    case Integrator::heun:
      by_flow.template operator()<Heun>();
      break;
    case Integrator::rk4:
      by_flow.template operator()<RungeKutta4>();
      break;
    case Integrator::exponential_euler:
      by_flow.template operator()<ExponentialEuler>();
      break;
    case Integrator::dopri5:
      single_pass_ = false;
      advance_ = [](Population& p, const Run& run) { p.advance_dopri5(run); };
      rewind_ = nullptr;  // `prepare` refuses to train through it
  }
}

template <class M, class Real>
typename Node<Real>::ActiveLanes Population<M, Real>::active_lanes(std::int64_t step) const {
  constexpr std::size_t lanes = Wide<Real>::lanes;
  if (!Spiking<M> || !single_pass_) return {};
  return {spiked_.data() + static_cast<std::size_t>(this->output.at(step, 0) - this->output.at(0, 0)) / lanes, lanes};
}

template <class M, class Real>
void Population<M, Real>::output_restored(std::int64_t step) {
  constexpr std::size_t lanes = Wide<Real>::lanes;
  if (spiked_.empty()) return;
  const Real* const output = this->output.at(step, 0);
  std::uint16_t* const masks = spiked_.data() + static_cast<std::size_t>(output - this->output.at(0, 0)) / lanes;
  for (std::size_t unit = 0; unit < this->size(); ++unit)
    if (output[unit] != Real(0)) masks[unit / lanes] |= static_cast<std::uint16_t>(1U << (unit % lanes));
}

/// Calls f with a Run of step 0 for each contiguous range of lanes.
template <class M, class Real>
template <class F>
void Population<M, Real>::each_run(const Slice& slice, F&& f) {
  const std::size_t stride = padded(this->size());
  const auto [begin, end] = slice.units(stride);
  if (begin == end) return;
  // Samples lie side by side, so that with shared parameters one run covers them all.
  if (slice.parts == 1 && !columns_ && slice.sample_end > slice.sample_begin)
    return f(Run{0, slice.sample_begin, 0, (slice.sample_end - slice.sample_begin) * stride, slice.part});
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) f(Run{0, b, begin, end - begin, slice.part});
}

template <class M, class Real>
void Population<M, Real>::advance(Steps steps, const Slice& slice) {
  each_run(slice, [&](const Run& whole) {
    const std::size_t lanes = steps.count() > 1 ? detail::lanes_at_once : whole.lanes;
    for (std::size_t begin = 0; begin < whole.lanes; begin += lanes)
      for (std::int64_t t = steps.begin; t < steps.end; ++t)
        advance_(*this, {t, whole.sample, whole.first_lane + begin, std::min(lanes, whole.lanes - begin), whole.part});
  });
}

template <class M, class Real>
void Population<M, Real>::begin_rewind(const Slice& slice) {
  for (auto& s : adjoint_) s.zero(0, slice);
  for (auto& s : receptor_adjoint_) s.zero(0, slice);
  if (!previous_adjoint_.empty()) previous_adjoint_.zero(0, slice);
  for (auto& port : this->ports)
    if (port.connected && port.held) port.arrivals_gradient.zero(0, slice);
}

template <class M, class Real>
void Population<M, Real>::rewind(Steps steps, const Slice& slice) {
  each_run(slice, [&](const Run& run) {
    for (std::int64_t t = steps.end - 1; t >= steps.begin; --t)
      rewind_(*this, {t, run.sample, run.first_lane, run.lanes, run.part});
  });
}

}  // namespace cajal
