#pragma once

// How Population goes through steps, with the loop that suits it: included by sim/population_kernel.hpp.

#include "sim/population_rewind.hpp"
#include "sim/population_single_pass.hpp"

namespace cajal {

namespace detail {

/// Lanes that go through several steps before the next ones: their states stay in the nearest cache.
inline constexpr std::size_t lanes_at_once = 1024;

/// The flow that `auto` takes where there are no conductances: it gets loops with the parameters in registers. All
/// others share one, which saves most of the time to compile.
template <class M, class Flow>
constexpr bool is_usual() {
  if constexpr (is_exact<Flow>)
    return true;
  else
    return !has_exact_step<M> && Flow::name == integrator_of<M>(Heun::name);
}

/// The combinations that simulations run at scale, in single precision.
template <class M, class Flow, class Real>
constexpr bool has_single_pass() {
  if constexpr (!std::is_same_v<Real, float> || HasInputs<M> || Stochastic<M> || Wrapped<M>)
    return false;
  else if constexpr (has_exact_step<M>)
    return !std::is_same_v<Flow, RungeKutta4>;
  else
    return is_usual<M, Flow>();
}

}  // namespace detail

/// Picks the instantiations for what the population is.
template <class M, class Real>
void Population<M, Real>::select_kernels() {
  const auto by_flow = [&]<class Flow>() {
    constexpr bool single_pass = detail::has_single_pass<M, Flow, Real>();
    rewind_ = &PopulationRewind::rewind<M, Flow, true, Real>;
    advance_ = &PopulationKernel::advance<M, Flow, true, Real>;
    if constexpr (detail::is_usual<M, Flow>() && std::is_same_v<Real, float>)
      if (!this->columns_) {
        rewind_ = &PopulationRewind::rewind<M, Flow, false, Real>;
        advance_ = &PopulationKernel::advance<M, Flow, false, Real>;
      }
    this->single_pass_ = false;
    if constexpr (single_pass) {
      if (!PopulationSinglePass::suits(*this)) return;
      this->single_pass_ = true;
      const auto by_columns = [&]<bool columns>() {
        advance_ = this->receptors_.empty()       ? &PopulationSinglePass::advance<M, Flow, 0, columns, Real>
                   : this->receptors_.size() == 1 ? &PopulationSinglePass::advance<M, Flow, 1, columns, Real>
                                                  : &PopulationSinglePass::advance<M, Flow, 2, columns, Real>;
      };
      if (this->columns_)
        by_columns.template operator()<true>();
      else
        by_columns.template operator()<false>();
    }
  };
  switch (this->options_.integrator) {
    case Integrator::exact:
      if constexpr (detail::has_exact_step<M>)
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
    case Integrator::rosenbrock4:
      this->single_pass_ = false;
      advance_ = [](Population& p, const Run& run) { p.advance_reference(run); };
      rewind_ = nullptr;  // `prepare` refuses to train through it
  }
}

template <class M, class Real>
Population<M, Real>::Population(std::string name, std::size_t size, PopulationOptions options)
    : PopulationBase<Real>(std::move(name), size, model_table<M>(), std::move(options)) {}

template <class M, class Real>
LinearMembrane Population<M, Real>::membrane(std::size_t unit) const {
  if constexpr (detail::has_exact_step<M>) {
    ParametersOf<M, double> p;
    each_member(p, [&](double& x, std::size_t i) { x = this->parameter(i, unit); });
    return linear_membrane<M>(p);
  } else {
    return {};
  }
}

template <class M, class Real>
void Population<M, Real>::advance(Steps steps, const Slice& slice) {
  const bool finishes = this->finishes();
  this->each_run(slice, [&](const Run& whole) {
    const std::size_t lanes = steps.count() > 1 ? detail::lanes_at_once : whole.lanes;
    for (std::size_t begin = 0; begin < whole.lanes; begin += lanes)
      for (std::int64_t t = steps.begin; t < steps.end; ++t) {
        const Run run{t, whole.sample, whole.first_lane + begin, std::min(lanes, whole.lanes - begin), whole.part};
        advance_(*this, run);
        if (!finishes) continue;
        compute_observed(run);
        this->finish(run);
      }
  });
}

/// What is computed of the state for recorders and edges.
template <class M, class Real>
void Population<M, Real>::compute_observed(const Run& run) {
  if constexpr (Observing<M>) {
    using W = Wide<Real>;
    const std::size_t stride = this->columns_ ? 1 : 0;
    for (std::size_t lane = 0; lane < run.lanes; lane += W::lanes) {
      ParametersOf<M, Constant<W>> q;
      each_member(q, [&](Constant<W>& c, std::size_t i) {
        c = Constant<W>(W::load(this->parameters_[i].values.data() + (run.first_lane + lane) * stride));
      });
      StateOf<M, W> x;
      each_member(x, [&](W& w, std::size_t i) {
        w = W::load(this->state_[i].at(run.step + 1, run.sample) + run.first_lane + lane);
      });
      const auto numbers = M::observe(x, q);
      each_member(numbers, [&](const W& w, std::size_t i) {
        w.store(this->observable_[i].at(run.step + 1, run.sample) + run.first_lane + lane);
      });
    }
  }
}

template <class M, class Real>
void Population<M, Real>::rewind(Steps steps, const Slice& slice) {
  this->each_run(slice, [&](const Run& run) {
    for (std::int64_t t = steps.end - 1; t >= steps.begin; --t)
      rewind_(*this, {t, run.sample, run.first_lane, run.lanes, run.part});
  });
}

}  // namespace cajal
