// Speed of a model that a config writes as equations against the same one of the library: AdEx by Heun's method in
// single precision on one core, every unit under a constant current; nanoseconds for a neuron and step, the best of
// several runs that take turns.

#include <chrono>
#include <cstdio>

#include "models/build.hpp"
#include "models/equations/entry.hpp"
#include "sim/clock.hpp"

namespace {

using namespace cajal;

constexpr const char* model = R"toml(
[model.by_equations]
state = { V_m = "-70.6 mV", w = "0 pA" }
let = { v = "min(V_m, V_peak)", onset = "g_L * Delta_T * exp((v - V_th) / Delta_T)" }
spiked = "V_m > V_peak"
reset = { V_m = "V_reset", w = "w + b" }
refractory = "t_ref"
[model.by_equations.derivative]
V_m = "(onset - g_L * (v - E_L) - w + I_e + I) / C_m"
w = "(a * (v - E_L) - w) / tau_w"
[model.by_equations.params]
C_m = "281 pF"
g_L = "30 nS"
E_L = "-70.6 mV"
V_th = "-50.4 mV"
Delta_T = "2 mV"
tau_w = "144 ms"
a = "4 nS"
b = "80.5 pA"
V_reset = "-60 mV"
V_peak = "0 mV"
t_ref = "0 ms"
I_e = "0 pA"
)toml";

/// A population of one kind, ready to run.
struct Running {
  std::unique_ptr<Network<float>> network;
  std::unique_ptr<Clock<float>> clock;

  Running(const std::string& kind, std::size_t size) {
    const config::Value root =
        config::parse(std::string(model) + "[node]\nE = { kind = \"" + kind + "\", size = " + std::to_string(size) +
                          ", I_e = \"700 pA\", init = { V_m = { uniform = [\"-75 mV\", \"-50 mV\"] } } }\n",
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
      Running library("adex", size), equations("by_equations", size);
      const std::int64_t steps = 64 * static_cast<std::int64_t>(1 + 400000 / size);
      double best[2] = {1, 1};
      for (int trial = 0; trial < 15; ++trial) {
        best[0] = std::min(best[0], library.run(steps));
        best[1] = std::min(best[1], equations.run(steps));
      }
      std::printf("%10zu %14.3f %14.3f %8.3f\n", size, best[0] * 1e9, best[1] * 1e9, best[1] / best[0]);
    }
  } catch (const Error& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}
