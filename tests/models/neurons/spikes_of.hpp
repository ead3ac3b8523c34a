#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

/// Spike times, in ms, of each unit of node N of a config.
inline std::vector<std::vector<double>> spikes_of(const std::string& text, double dt, double duration) {
  Plan plan;
  plan.window = 100;
  Simulation<double> simulation(text, dt, node_catalogue(), plan);
  Node<double>& node = simulation.node("N");
  std::vector<std::vector<double>> spikes(node.size());
  const auto steps = static_cast<std::int64_t>(std::llround(duration / dt));
  simulation.clock->reset_all();
  // The clock may keep less than it was asked for.
  const std::int64_t window = simulation.clock->plan().window;
  for (std::int64_t first = 0; first < steps; first += window) {
    const std::int64_t last = std::min(first + window, steps);
    simulation.clock->run({first, last}, 1);
    for (std::int64_t t = first; t < last; ++t)
      for (std::size_t u = 0; u < node.size(); ++u)
        if (node.output.at(t, 0)[u] > 0.5) spikes[u].push_back(static_cast<double>(t + 1) * dt);
  }
  return spikes;
}

/// One node N, of a kind and further keys, that nothing drives but its own I_e.
inline std::vector<std::vector<double>> spikes_alone(const std::string& kind, std::size_t size, const std::string& keys,
                                                     double dt, double duration) {
  return spikes_of(fmt::format("[node]\nN = {{ kind = \"{}\", size = {}, {} }}\n", kind, size, keys), dt, duration);
}

/// Spikes a second after `start`, by the intervals; 0 where there is none.
inline double rate_of(const std::vector<double>& spikes, double start) {
  const auto first = std::lower_bound(spikes.begin(), spikes.end(), start);
  const auto intervals = spikes.end() - first - 1;
  return intervals < 1 ? 0 : 1e3 * static_cast<double>(intervals) / (spikes.back() - *first);
}

}  // namespace cajal::test
