// Speed of populations on one core in single precision, every unit fed at random: nanoseconds for a neuron and step, at
// a size whose columns fit in the nearest caches and at one that does not, with parameters that all units share and
// with one per unit; and for some the same with a tape and its way back.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "models/neurons/adex.hpp"
#include "models/neurons/hodgkin_huxley.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/lif.hpp"
#include "models/neurons/traub_hh.hpp"
#include "models/receptors/delta.hpp"
#include "models/receptors/exponential_conductance.hpp"
#include "models/receptors/exponential_current.hpp"
#include "sim/population.hpp"
#include "sim/random.hpp"

namespace {

using namespace cajal;

constexpr Slice all{0, 1, 0, 1};

/// The best of many repetitions: what the machine does when nobody disturbs it.
template <class Work>
double best_seconds(int repetitions, Work work) {
  using Clock = std::chrono::steady_clock;
  work();
  double best = 1e9;
  for (int trial = 0; trial < repetitions; ++trial) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

struct Fed {
  PopulationOptions::Entry port;
  float mean;  ///< arrival of a unit and step
};

template <class M>
PopulationOptions standard(Integrator integrator, const std::vector<Fed>& fed) {
  PopulationOptions o;
  o.integrator = integrator;
  o.parameters.resize(parameter_count<M>);
  for (const Field& f : M::parameters) o.parameters[f.member] = {f.value};
  o.initial.resize(state_size<M>);
  for (const Field& f : M::state) o.initial[f.member] = {f.value};
  for (const Fed& f : fed) o.ports.push_back(f.port);
  return o;
}

/// Every parameter one per unit, within 0.1 % of the standard value.
void spread(PopulationOptions& options, std::size_t size) {
  for (auto& values : options.parameters) {
    values.resize(size, values[0]);
    for (std::size_t u = 0; u < size; ++u) values[u] *= 1 + 1e-3 * static_cast<double>(u) / static_cast<double>(size);
  }
}

template <class M>
void feed(Population<M, float>& population, const std::vector<Fed>& fed) {
  const Stream stream(1, "bench.neurons");
  for (std::size_t p = 0; p < fed.size(); ++p) {
    auto& arrivals = population.ports[p].arrivals;
    for (std::int64_t t = 0; t < arrivals.slots(); ++t)
      for (std::size_t u = 0; u < population.size(); ++u)
        arrivals.at(t, 0)[u] =
            2 * fed[p].mean *
            static_cast<float>(stream.uniform(u + p * population.size(), static_cast<std::uint64_t>(t)));
  }
}

struct Figure {
  double nanoseconds, rate;  ///< of a neuron and step; Hz
};

template <class M>
Figure forward(PopulationOptions options, const std::vector<Fed>& fed, std::size_t size, bool columns) {
  if (columns) spread(options, size);
  Population<M, float> population("E", size, options);
  for (auto& port : population.ports) port.connected = true;
  Plan plan;
  population.prepare(plan);
  feed(population, fed);
  constexpr std::int64_t settling = 1000;
  const auto steps = static_cast<std::int64_t>(std::max<std::size_t>(400'000 / size, 10));
  double spikes = 0;
  for (std::int64_t t = 0; t < settling; ++t) {
    population.advance({t, t + 1}, all);
    for (std::size_t u = 0; u < size; ++u) spikes += static_cast<double>(population.output.at(t, 0)[u]);
  }
  std::int64_t from = settling;
  const double seconds = best_seconds(200, [&] {
    for (std::int64_t t = from; t < from + steps; ++t) population.advance({t, t + 1}, all);
    from += steps;
  });
  const auto work = static_cast<double>(size);
  return {seconds / (work * static_cast<double>(steps)) * 1e9,
          spikes / (work * static_cast<double>(settling) * plan.dt * 1e-3)};
}

template <class M>
double there_and_back(const PopulationOptions& options, const std::vector<Fed>& fed) {
  constexpr std::size_t size = 4000;
  constexpr std::int64_t steps = 50;
  Population<M, float> population("E", size, options);
  for (auto& port : population.ports) port.connected = true;
  Plan plan;
  plan.window = steps;
  plan.tape = true;
  population.prepare(plan);
  feed(population, fed);
  const double seconds = best_seconds(20, [&] {
    population.reset(all);
    population.advance({0, steps}, all);
    population.begin_rewind(all);
    population.rewind({0, steps}, all);
  });
  return seconds / static_cast<double>(size * steps) * 1e9;
}

template <class M>
void measure(const char* name, Integrator integrator, const std::vector<Fed>& fed) {
  const PopulationOptions options = standard<M>(integrator, fed);
  std::printf("%-40s", name);
  double rate = 0;
  for (const bool columns : {false, true})
    for (const std::size_t size : {4000, 40000}) {
      const Figure figure = forward<M>(options, fed, size, columns);
      std::printf(" %7.3f", figure.nanoseconds);
      rate = figure.rate;
    }
  std::printf(" %9.2f %8.1f Hz\n", there_and_back<M>(options, fed), rate);
}

}  // namespace

int main() {
  const PopulationOptions::Entry delta{"in", receptor_system<Delta>({})};
  const Fed fast_current{{"ex", receptor_system<ExponentialCurrent>({2.0})}, 20};
  const Fed slow_current{{"in", receptor_system<ExponentialCurrent>({5.0})}, -3};
  const Fed excitation{{"ex", receptor_system<ExponentialConductance>({5.0, 0.0})}, 0.12F};
  const Fed inhibition{{"in", receptor_system<ExponentialConductance>({10.0, -80.0})}, 0.1F};
  std::printf("%-40s %15s %15s\n%-40s %7d %7d %7d %7d %9s %11s\n", "ns per neuron and step", "shared", "one per unit",
              "neurons", 4000, 40000, 4000, 40000, "and back", "rate");
  using enum Integrator;
  measure<Lif>("lif, exact, delta", exact, {{delta, 0.1F}});
  measure<Lif>("lif, exact, one current", exact, {fast_current});
  measure<Lif>("lif, exact, two currents", exact, {fast_current, slow_current});
  measure<Lif>("lif, euler, two conductances", euler, {excitation, inhibition});
  measure<Lif>("lif, exp. euler, two conductances", exponential_euler, {excitation, inhibition});
  measure<Lif>("lif, exp. euler, one conductance", exponential_euler, {excitation});
  measure<Lif>("lif, rk4, two conductances", rk4, {excitation, inhibition});
  measure<Izhikevich>("izhikevich, euler, delta", euler, {{delta, 0.5F}});
  measure<Izhikevich>("izhikevich, heun, delta", heun, {{delta, 0.5F}});
  measure<AdEx>("adex, heun, delta", heun, {{delta, 0.15F}});
  measure<AdEx>("adex, heun, one current", heun, {fast_current});
  measure<HodgkinHuxley>("hodgkin_huxley, exp. euler, delta", exponential_euler, {{delta, 0.2F}});
  measure<TraubHh>("traub_hh, exp. euler, two conductances", exponential_euler, {excitation, inhibition});
}
