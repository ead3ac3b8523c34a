#pragma once

// The parts of Population that run before a simulation: included by the translation unit of each model.

#include <cmath>

#include "sim/error.hpp"
#include "sim/population.hpp"

namespace cajal {

template <class Real>
Coefficient<Real>::Coefficient(const std::vector<double>& given, std::size_t size, bool as_column) : column(as_column) {
  if (!as_column) {
    values.assign(1, static_cast<Real>(given[0]));
    return;
  }
  // The lanes beyond the size repeat the first unit: harmless values.
  values.assign(padded(size), static_cast<Real>(given[0]));
  for (std::size_t i = 0; i < size && given.size() > 1; ++i) values[i] = static_cast<Real>(given[i]);
}

template <class M>
ParametersOf<M, double> parameters_of(const PopulationOptions& options, std::size_t unit) {
  ParametersOf<M, double> p;
  each_member(p, [&](double& x, std::size_t i) {
    const auto& values = options.parameters[i];
    x = values[values.size() > 1 ? unit : 0];
  });
  return p;
}

template <class M, class Real>
Population<M, Real>::Population(std::string name, std::size_t size, PopulationOptions options)
    : Node<Real>(std::move(name), size), options_(std::move(options)) {
  for (const auto& entry : options_.ports) {
    Port<Real> port;
    port.name = entry.name;
    port.receptor = entry.system.kind;
    port.unit = entry.system.unit;
    this->ports.push_back(std::move(port));
  }
  for (const auto& values : options_.parameters) columns_ = columns_ || values.size() > 1;
  build_parameters();
}

template <class M, class Real>
void Population<M, Real>::build_parameters() {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    parameters_[i] = Coefficient<Real>(options_.parameters[i], this->size(), columns_);
  for (std::size_t i = 0; i < states; ++i) initial_[i] = Coefficient<Real>(options_.initial[i], this->size(), true);
}

template <class M, class Real>
std::span<Real> Population<M, Real>::parameter_column(std::string_view name) {
  for (const Field& f : M::parameters) {
    if (f.name != name) continue;
    if (!columns_) {
      columns_ = true;
      build_parameters();
      if (dt_ > 0) {
        build_receptors(dt_);
        build_refractory_steps(dt_);
        select_kernels();
      }
    }
    return {parameters_[f.member].values.data(), this->size()};
  }
  return {};
}

template <class M, class Real>
void Population<M, Real>::prepare(const Plan& plan) {
  if (plan.tape && this->wants_gradient && options_.integrator == Integrator::dopri5)
    throw Error("\"" + this->name() + "\": dopri5 has no backward pass: choose another integrator to train through it");
  Node<Real>::prepare(plan);
  dt_ = plan.dt;
  build_receptors(plan.dt);
  build_refractory_steps(plan.dt);
  select_kernels();
  const std::int64_t slots = plan.tape ? plan.window + 1 : 1;
  const auto shape = [&](Signal<Real>& s) { s.shape(slots, plan.batch, this->size()); };
  const auto shape_adjoint = [&](Signal<Real>& s) {
    if (plan.tape) s.shape(1, plan.batch, this->size());
  };
  for (auto& s : state_) shape(s);
  for (auto& s : adjoint_) shape_adjoint(s);
  for (auto& s : receptor_state_) shape(s);
  for (auto& s : receptor_adjoint_) shape_adjoint(s);
  if constexpr (Refractory<M>) shape(refractory_);
  if constexpr (Spiking<M>)
    spiked_.assign(static_cast<std::size_t>(this->output.slots()) * plan.batch * this->output.stride() /
                       static_cast<std::size_t>(Wide<Real>::lanes),
                   0);
  if (Spiking<M> && options_.conventions.next_step) {
    shape(previous_);
    shape_adjoint(previous_adjoint_);
  }
  Slice all{0, plan.batch, 0, 1};
  reset(all);
}

template <class M, class Real>
void Population<M, Real>::build_receptors(double dt) {
  receptors_.clear();
  delta_ports_.clear();
  current_ports_.clear();
  std::size_t first = 0;
  for (std::size_t p = 0; p < this->ports.size(); ++p) {
    if (!this->ports[p].connected) continue;
    const ReceptorSystem& system = options_.ports[p].system;
    if (system.kind == "delta")
      delta_ports_.push_back(p);
    else if (system.states == 0)
      current_ports_.push_back(p);
    else {
      ReceptorStep<Real> r;
      r.port = p;
      r.states = system.states;
      if (r.states > most_receptor_states)
        throw Error("a receptor of " + std::to_string(r.states) + " states; at most " +
                    std::to_string(most_receptor_states) + " are supported");
      r.first_state = first;
      first += r.states;
      std::vector<double> rate = system.rate;
      for (double& x : rate) x *= dt;
      for (double x : matrix_exponential(rate, r.states)) r.decay.push_back(static_cast<Real>(x));
      for (double x : system.arrive) r.arrive.push_back(static_cast<Real>(x));
      receptors_.push_back(std::move(r));
    }
  }
  receptor_state_.resize(first);
  receptor_adjoint_.resize(first);
  if (options_.integrator == Integrator::exact)
    build_propagators(dt);
  else
    build_slots(dt);
}

template <class M, class Real>
void Population<M, Real>::build_slots(double dt) {
  // Runge-Kutta stages read current and conductance at their own points of the step.
  std::vector<double> points;
  switch (options_.integrator) {
    case Integrator::heun:
      points.assign(Heun::points.begin(), Heun::points.end());
      break;
    case Integrator::rk4:
      points.assign(RungeKutta4::points.begin(), RungeKutta4::points.end());
      break;
    default:
      points.assign(1, 0.0);
  }
  for (auto& r : receptors_) {
    const ReceptorSystem& system = options_.ports[r.port].system;
    for (double point : points) {
      std::vector<double> rate = system.rate;
      for (double& x : rate) x *= dt * point;
      const std::vector<double> decay = matrix_exponential(rate, r.states);
      for (const auto* row : {&system.current, &system.conductance})
        for (std::size_t j = 0; j < r.states; ++j) {
          double sum = 0;
          for (std::size_t i = 0; i < r.states; ++i) sum += (*row)[i] * decay[i * r.states + j];
          r.slots.emplace_back(std::vector<double>{sum}, this->size(), false);
        }
    }
  }
}

template <class M, class Real>
void Population<M, Real>::build_refractory_steps(double dt) {
  if constexpr (Refractory<M>) {
    std::vector<double> steps;
    for (std::size_t unit = 0; unit < (columns_ ? this->size() : 1); ++unit)
      steps.push_back(
          std::nearbyint(static_cast<double>(static_cast<Real>(parameters_of<M>(options_, unit).t_ref)) / dt));
    refractory_steps_ = Coefficient<Real>(steps, this->size(), columns_);
  }
}

template <class M, class Real>
void Population<M, Real>::build_propagators(double dt) {
  if constexpr (Linear<M>) {
    const std::size_t n = states, units = columns_ ? this->size() : 1;
    std::vector<std::vector<double>> propagators(n * n + 2 * n);
    std::vector<std::vector<std::vector<double>>> slots(receptors_.size());
    for (std::size_t r = 0; r < receptors_.size(); ++r) slots[r].resize(n * receptors_[r].states);
    for (std::size_t unit = 0; unit < units; ++unit) {
      const LinearMembrane membrane = linear_membrane<M>(parameters_of<M>(options_, unit));
      const Propagator step = propagator(membrane, dt);
      std::size_t k = 0;
      for (const auto* part : {&step.P, &step.B, &step.c})
        for (double x : *part) propagators[k++].push_back(x);
      for (std::size_t r = 0; r < receptors_.size(); ++r) {
        const auto Q = receptor_propagator(membrane, options_.ports[receptors_[r].port].system, dt);
        for (std::size_t i = 0; i < Q.size(); ++i) slots[r][i].push_back(Q[i]);
      }
    }
    propagator_.clear();
    for (const auto& values : propagators) propagator_.emplace_back(values, this->size(), columns_);
    for (std::size_t r = 0; r < receptors_.size(); ++r)
      for (const auto& values : slots[r]) receptors_[r].slots.emplace_back(values, this->size(), columns_);
  }
}

template <class M, class Real>
void Population<M, Real>::reset(const Slice& slice) {
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    const auto [begin, end] = slice.units(padded(this->size()));
    for (std::size_t i = 0; i < states; ++i)
      std::copy(initial_[i].values.begin() + static_cast<std::ptrdiff_t>(begin),
                initial_[i].values.begin() + static_cast<std::ptrdiff_t>(end), state_[i].at(0, b) + begin);
    for (auto& s : receptor_state_) std::fill(s.at(0, b) + begin, s.at(0, b) + end, Real(0));
    for (auto* s : {&refractory_, &previous_})
      if (!s->empty()) std::fill(s->at(0, b) + begin, s->at(0, b) + end, Real(0));
  }
}

template <class M, class Real>
std::vector<Column<Real>> Population<M, Real>::columns() {
  std::vector<Column<Real>> out;
  for (const Field& f : M::state)
    out.push_back({std::string(f.name), std::string(f.unit), std::string(f.meaning), &state_[f.member]});
  for (const auto& r : receptors_) {
    const ReceptorSystem& system = options_.ports[r.port].system;
    for (std::size_t i = 0; i < r.states; ++i)
      out.push_back({options_.ports[r.port].name + "." + system.names[i], system.units[i], system.meanings[i],
                     &receptor_state_[r.first_state + i]});
  }
  if constexpr (Refractory<M>) out.push_back({"refractory", "", "steps of refractoriness left", &refractory_});
  if (Spiking<M> && options_.conventions.next_step)
    out.push_back({"previous_spike", "", "the spike of the step before", &previous_});
  return out;
}

}  // namespace cajal
