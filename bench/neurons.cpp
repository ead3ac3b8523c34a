// Speed of populations on one core, float, 10,000 units, every unit fed at random: nanoseconds for a neuron and step,
// and for the same with a tape and its way back.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "models/neurons/adex.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/lif.hpp"
#include "models/receptors/delta.hpp"
#include "models/receptors/exponential_conductance.hpp"
#include "models/receptors/exponential_current.hpp"
#include "sim/population.hpp"
#include "sim/random.hpp"

namespace {

using namespace cajal;

constexpr std::size_t size = 10000;
constexpr std::int64_t steps = 100;

template <class Work>
double best_seconds(Work work) {
  using Clock = std::chrono::steady_clock;
  work();
  double best = 1e9;
  for (int trial = 0; trial < 20; ++trial) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

template <class M>
PopulationOptions standard(Integrator integrator, std::vector<PopulationOptions::Entry> ports) {
  PopulationOptions o;
  o.integrator = integrator;
  o.parameters.resize(parameter_count<M>);
  for (const Field& f : M::parameters) o.parameters[f.member] = {f.value};
  o.initial.resize(state_size<M>);
  for (const Field& f : M::state) o.initial[f.member] = {f.value};
  o.ports = std::move(ports);
  return o;
}

/// `strength`: the mean arrival of a unit and step.
template <class M>
void measure(const char* name, const PopulationOptions& options, double strength) {
  Population<M, float> population("E", size, options);
  for (auto& port : population.ports) port.connected = true;
  double seconds[2], rate = 0;
  for (const bool tape : {false, true}) {
    Plan plan;
    plan.window = tape ? steps : 1;
    plan.tape = tape;
    population.prepare(plan);
    const Stream stream(1, "bench.neurons");
    for (auto& port : population.ports)
      for (std::int64_t t = 0; t < port.arrivals.slots(); ++t)
        for (std::size_t u = 0; u < size; ++u)
          port.arrivals.at(t, 0)[u] =
              static_cast<float>(2 * strength * stream.uniform(u, static_cast<std::uint64_t>(t)));
    const Slice all{0, 1, 0, 1};
    std::int64_t from = 0;
    seconds[tape] = best_seconds([&] {
      if (tape) {
        population.reset(all);
        population.advance({0, steps}, all);
        population.begin_rewind(all);
        population.rewind({0, steps}, all);
      } else {
        for (std::int64_t t = from; t < from + steps; ++t) {
          population.advance({t, t + 1}, all);
          for (std::size_t u = 0; u < size; ++u) rate += static_cast<double>(population.output.at(t, 0)[u]);
        }
        from += steps;
      }
    });
    if (!tape) {
      // Once more without counting spikes.
      seconds[0] = best_seconds([&] {
        for (std::int64_t t = from; t < from + steps; ++t) population.advance({t, t + 1}, all);
        from += steps;
      });
      rate /= static_cast<double>(21 * steps) * size * plan.dt * 1e-3;
    }
  }
  const double work = static_cast<double>(steps) * size;
  std::printf("%-34s %6.2f ns   with tape and rewind %6.2f ns   at %6.1f Hz\n", name, seconds[0] / work * 1e9,
              seconds[1] / work * 1e9, rate);
}

}  // namespace

int main() {
  const PopulationOptions::Entry delta{"in", receptor_system<Delta>({})};
  const PopulationOptions::Entry excitatory{"ex", receptor_system<ExponentialCurrent>({2.0})};
  const PopulationOptions::Entry inhibitory{"in", receptor_system<ExponentialCurrent>({5.0})};
  const PopulationOptions::Entry conductance{"g", receptor_system<ExponentialConductance>({2.0, 0.0})};
  measure<Lif>("lif, delta", standard<Lif>(Integrator::exact, {delta}), 0.2);
  measure<Lif>("lif, two exponential currents", standard<Lif>(Integrator::exact, {excitatory, inhibitory}), 10);
  measure<Lif>("lif, conductance", standard<Lif>(Integrator::exponential_euler, {conductance}), 0.4);
  measure<Izhikevich>("izhikevich, delta, euler", standard<Izhikevich>(Integrator::euler, {delta}), 1);
  measure<AdEx>("adex, delta, heun", standard<AdEx>(Integrator::heun, {delta}), 0.3);
  measure<AdEx>("adex, exponential current, heun", standard<AdEx>(Integrator::heun, {excitatory}), 30);
}
