#pragma once

// The reference integration of Population: included by sim/population_run.hpp.

#include "sim/odeint.hpp"
#include "sim/population_kernel.hpp"
#include "sim/population_noise.hpp"

namespace cajal {

/// Membrane and receptors of each unit as one system, by the adaptive reference integrator; slow, and exact to
/// tolerance.
template <class M, class Real>
void Population<M, Real>::advance_reference(const Run& run) {
  const PopulationKernel::Pointers<M, Real> at(*this, run);
  const std::size_t stride = padded(this->size());
  for (std::size_t lane = 0; lane < run.lanes; ++lane) {
    const std::size_t unit = (run.first_lane + lane) % stride;
    if (unit >= this->size()) continue;  // nobody reads what is behind the last unit
    ParametersOf<M, double> p;
    each_member(p, [&](double& x, std::size_t i) {
      const auto& c = this->parameters_[i];
      x = static_cast<double>(c.values[c.column ? unit : 0]);
    });
    std::array<double, input_count<M>> current{}, delta{}, gap{};
    const auto arrived = [&](std::size_t port) { return static_cast<double>(this->arrived_at(port, run)[lane]); };
    for (std::size_t k = 0; k < input_count<M>; ++k) {
      for (const std::size_t port : this->current_ports_[k]) current[k] += arrived(port);
      for (const std::size_t port : this->delta_ports_[k]) delta[k] += arrived(port);
      for (const std::size_t port : this->gap_ports_[k])
        gap[k] += static_cast<double>(this->ports[port].conductance[unit]);
    }
    StateOf<M, double> x;
    std::vector<double> system;
    each_member(x, [&](double& v, std::size_t i) { system.push_back(v = static_cast<double>(at.before[i][lane])); });
    for (auto& s : this->receptor_state_)
      system.push_back(static_cast<double>(s.at(run.step, run.sample)[run.first_lane + lane]));
    const auto slopes = [&](const std::vector<double>& v, std::vector<double>& d, double) {
      InputsOf<M, double> input;
      for (std::size_t k = 0; k < input_count<M>; ++k) input_at(input, k) = {current[k], gap[k]};
      for (const auto& r : this->receptors_) {
        const ReceptorSystem& s = this->options_.ports[r.port].system;
        const std::size_t first = state_size<M> + r.first_state;
        const double gate = s.gate ? s.gate.at(v[r.input])[0] : 1.0;
        for (std::size_t i = 0; i < r.states; ++i) {
          input_at(input, r.input).current += gate * s.current[i] * v[first + i];
          input_at(input, r.input).conductance += gate * s.conductance[i] * v[first + i];
          double sum = 0;
          for (std::size_t j = 0; j < r.states; ++j) sum += s.rate[i * r.states + j] * v[first + j];
          d[first + i] = sum;
        }
      }
      StateOf<M, double> y;
      each_member(y, [&](double& m, std::size_t i) { m = v[i]; });
      const StateOf<M, double> slope = M::derivative(y, input, p);
      each_member(slope, [&](const double& m, std::size_t i) { d[i] = m; });
    };
    integrate_dopri5(slopes, system, this->dt_, this->options_.absolute_tolerance, this->options_.relative_tolerance);
    StateOf<M, double> flowed;
    each_member(flowed, [&](double& m, std::size_t i) { m = system[i] + (i < delta.size() ? delta[i] : 0.0); });
    for (const auto& r : this->receptors_) {
      for (std::size_t i = 0; i < r.states; ++i)
        this->receptor_state_[r.first_state + i].at(run.step + 1, run.sample)[run.first_lane + lane] =
            static_cast<Real>(system[state_size<M> + r.first_state + i] +
                              static_cast<double>(r.arrive[i]) * arrived(r.port));
    }
    double output;
    if constexpr (Spiking<M>) {
      const auto number = [&](const Real* column) { return column ? static_cast<double>(column[lane]) : 0.0; };
      const double steps =
          static_cast<double>(this->refractory_steps_.values[this->refractory_steps_.column ? unit : 0]);
      Chance<double> chance{0.5, this->dt_};
      if constexpr (Stochastic<M>)
        chance.uniform = noise::uniform(this->chance_, noise::key(this->trials[run.sample], run.step), unit);
      const auto next = jump<M, double>(x, flowed, number(at.previous), number(at.refractory), steps, p,
                                        this->options_.conventions, chance);
      flowed = next.x;
      output = next.spike;
      if (at.previous_after) at.previous_after[lane] = static_cast<Real>(output);
      if constexpr (Refractory<M>) at.refractory_after[lane] = static_cast<Real>(next.refractory);
    } else {
      output = M::output(flowed, p);
    }
    each_member(flowed, [&](double& m, std::size_t i) { at.after[i][lane] = static_cast<Real>(m); });
    at.output[lane] = static_cast<Real>(output);
  }
}

}  // namespace cajal
