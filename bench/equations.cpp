// Speed of a model that a config writes as equations against the same one of the library: AdEx by Heun's method in
// single precision on one core, every unit under a constant current, the equations those of
// configs/neurons/from_equations.toml; nanoseconds for a neuron and step, the best of several runs that take turns.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "models/build.hpp"
#include "models/equations/entry.hpp"
#include "sim/clock.hpp"

namespace {

using namespace cajal;

/// The equations of the config that shows them.
std::string equations() {
  std::ifstream in(std::string(CAJAL_SOURCE_DIR) + "/configs/neurons/from_equations.toml");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t begin = text.find("[model."), end = text.find("[node]");
  if (begin == std::string::npos || end == std::string::npos) throw Error("from_equations.toml has no model");
  return text.substr(begin, end - begin);
}

/// A population of one kind, ready to run.
struct Running {
  std::unique_ptr<Network<float>> network;
  std::unique_ptr<Clock<float>> clock;

  Running(const std::string& kind, std::size_t size) {
    const config::Value root =
        config::parse(equations() + "[node]\nE = { kind = \"" + kind + "\", size = " + std::to_string(size) +
                          ", init = { V_m = { uniform = [\"-75 mV\", \"-50 mV\"] } } }\n"
                          "step = { kind = \"current\", amplitude = \"700 pA\" }\n"
                          "[edge]\nI = { from = \"step\", to = \"E.current\" }\n",
                      "bench.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table table(root, "", diagnostics);
    const auto nodes = with_models(table, node_catalogue(), {});
    BuildRequest request{table, 1, 0.1, 0, true, {}, {}};
    request.nodes = &nodes;
    network = build_network<float>(request);
    config::raise(diagnostics);
    Plan plan;
    plan.dt = 0.1;
    plan.window = 64;
    clock = std::make_unique<Clock<float>>(*network, plan, 1);
    clock->reset_all();
  }

  /// Seconds for a neuron and step.
  double run(std::int64_t steps) {
    const auto start = std::chrono::steady_clock::now();
    for (std::int64_t t = 0; t < steps; t += 64) clock->run({t, t + 64}, 1);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return seconds / static_cast<double>(steps) / static_cast<double>(network->nodes[0]->size());
  }
};

}  // namespace

int main() {
  try {
    std::printf("%10s %14s %14s %8s\n", "units", "library (ns)", "equations (ns)", "ratio");
    for (const std::size_t size : {1024, 65536}) {
      Running library("adex", size), written("exponential_neuron", size);
      const std::int64_t steps = 64 * static_cast<std::int64_t>(1 + 400000 / size);
      double best[2] = {1, 1};
      for (int trial = 0; trial < 15; ++trial) {
        best[0] = std::min(best[0], library.run(steps));
        best[1] = std::min(best[1], written.run(steps));
      }
      std::printf("%10zu %14.3f %14.3f %8.3f\n", size, best[0] * 1e9, best[1] * 1e9, best[1] / best[0]);
    }
  } catch (const Error& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}
