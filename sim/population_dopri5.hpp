#pragma once

// The reference integration of Population: included by sim/population_run.hpp.

#include "sim/odeint.hpp"
#include "sim/population_kernel.hpp"

namespace cajal {

/// Membrane and receptors of each unit as one system, by the adaptive reference integrator; slow, and exact to
/// tolerance.
template <class M, class Real>
void Population<M, Real>::advance_dopri5(const Run& run) {
  const PopulationKernel::Pointers<M, Real> at(*this, run);
  const std::size_t stride = padded(this->size());
  for (std::size_t lane = 0; lane < run.lanes; ++lane) {
    const std::size_t unit = (run.first_lane + lane) % stride;
    if (unit >= this->size()) continue;  // nobody reads what is behind the last unit
    ParametersOf<M, double> p;
    each_member(p, [&](double& x, std::size_t i) {
      const auto& c = parameters_[i];
      x = static_cast<double>(c.values[c.column ? unit : 0]);
    });
    double current = 0, delta = 0;
    const auto arrived = [&](std::size_t port) {
      return static_cast<double>(PopulationKernel::arrived_at(*this, port, run)[lane]);
    };
    for (std::size_t port : current_ports_) current += arrived(port);
    for (std::size_t port : delta_ports_) delta += arrived(port);
    StateOf<M, double> x;
    std::vector<double> system;
    each_member(x, [&](double& v, std::size_t i) { system.push_back(v = static_cast<double>(at.before[i][lane])); });
    for (auto& s : receptor_state_)
      system.push_back(static_cast<double>(s.at(run.step, run.sample)[run.first_lane + lane]));
    const auto slopes = [&](const std::vector<double>& v, std::vector<double>& d, double) {
      Input<double> input{current, 0};
      for (const auto& r : receptors_) {
        const ReceptorSystem& s = options_.ports[r.port].system;
        const std::size_t first = states + r.first_state;
        for (std::size_t i = 0; i < r.states; ++i) {
          input.current += s.current[i] * v[first + i];
          input.conductance += s.conductance[i] * v[first + i];
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
    integrate_dopri5(slopes, system, dt_, options_.absolute_tolerance, options_.relative_tolerance);
    StateOf<M, double> flowed;
    each_member(flowed, [&](double& m, std::size_t i) { m = system[i] + (i == 0 ? delta : 0.0); });
    for (const auto& r : receptors_) {
      for (std::size_t i = 0; i < r.states; ++i)
        receptor_state_[r.first_state + i].at(run.step + 1, run.sample)[run.first_lane + lane] =
            static_cast<Real>(system[states + r.first_state + i] + static_cast<double>(r.arrive[i]) * arrived(r.port));
    }
    double output;
    if constexpr (Spiking<M>) {
      const auto number = [&](const Real* column) { return column ? static_cast<double>(column[lane]) : 0.0; };
      const double steps = static_cast<double>(refractory_steps_.values[refractory_steps_.column ? unit : 0]);
      const auto next =
          jump<M, double>(x, flowed, number(at.previous), number(at.refractory), steps, p, options_.conventions);
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
