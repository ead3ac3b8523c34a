#include "learning/plasticity/adaptive_threshold.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include "models/neurons/lif.hpp"
#include "sim/population.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

const std::string theta =
    R"(theta = { rule = "adaptive_threshold", on = "node.E", step = "0.05 mV", tau = "100 ms", initial = "20 mV" })";

template <class Real>
std::vector<double> thresholds(Experiment<Real>& e) {
  const auto column = e.E().parameter_column("V_th");
  return {column.begin(), column.end()};
}

}  // namespace

TEMPLATE_TEST_CASE("a threshold rises by a step a spike and decays to its base", "[plasticity]", float, double) {
  Experiment<TestType> e(1, 33, {{0}, {0}, {1.0}, {1}});
  e.E().at = {{10, 0, 0}, {30, 0, 0}, {99, 0, 32}};
  e.learn(theta);
  e.start(0.5, 20);
  CHECK(thresholds(e) == std::vector<double>(33, -52.0));
  e.trial(100);
  const double margin = sizeof(TestType) == 4 ? 1e-5 : 1e-11;
  const double rest = -72 + 20 * std::exp(-50.0 / 100);
  CHECK(thresholds(e)[0] == Approx(rest + 0.05 * (std::exp(-44.5 / 100) + std::exp(-34.5 / 100))).margin(margin));
  CHECK(thresholds(e)[1] == Approx(rest).margin(margin));
  CHECK(thresholds(e)[32] == Approx(rest + 0.05).margin(margin));
  // It outlives the trial.
  e.E().at.clear();
  e.trial(100);
  CHECK(thresholds(e)[32] == Approx(-72 + 20 * std::exp(-1.0) + 0.05 * std::exp(-0.5)).margin(margin));
}

TEST_CASE("a decay too slow for a float's step is kept", "[plasticity]") {
  Experiment<float> e(1, 1, {{0}, {0}, {1.0}, {1}});
  e.learn(R"(theta = { rule = "adaptive_threshold", on = "node.E", initial = "20 mV" })");
  e.start(0.5, 1000);
  e.trial(200000);
  CHECK(e.processes[0]->state()[0].values[0] == Approx(20 * std::exp(-1e5 / 1e7)).epsilon(1e-12));
  CHECK(thresholds(e)[0] == Approx(-72 + 20 * std::exp(-0.01)).epsilon(1e-6));
}

TEST_CASE("a frozen threshold stands still", "[plasticity]") {
  Experiment<double> e(1, 20, {{0}, {0}, {1.0}, {1}});
  random_spikes(e.E(), 100, 1, 0.2, 1);
  e.learn(theta);
  e.start(0.5, 20);
  e.trial(100);
  const auto learned = thresholds(e);
  e.processes[0]->freeze(true);
  CHECK(e.E().processes.empty());
  e.trial(100);
  CHECK(thresholds(e) == learned);
  e.processes[0]->freeze(false);
  CHECK(e.E().processes.size() == 1);
  e.trial(100);
  CHECK(thresholds(e) != learned);
  e.processes.clear();
  CHECK(e.E().processes.empty());
}

TEST_CASE("what a threshold has learned is saved and restored", "[plasticity]") {
  Experiment<double> e(1, 20, {{0}, {0}, {1.0}, {1}});
  random_spikes(e.E(), 100, 1, 0.2, 1);
  e.learn(theta);
  e.start(0.5, 20);
  e.trial(100);
  const auto state = e.processes[0]->state();
  REQUIRE(state.size() == 1);
  CHECK(state[0].name == "node.E.theta");
  CHECK(state[0].unit == "mV");
  const std::vector<double> saved(state[0].values.begin(), state[0].values.end());
  const auto learned = thresholds(e);

  Experiment<double> other(1, 20, {{0}, {0}, {1.0}, {1}});
  other.E().at = e.E().at;
  other.learn(theta);
  const auto to = other.processes[0]->state()[0].values;
  REQUIRE(to.size() == saved.size());
  std::copy(saved.begin(), saved.end(), to.begin());
  other.processes[0]->restore();
  CHECK(thresholds(other) == learned);
  other.start(0.5, 20);
  e.trial(100);
  other.trial(100);
  CHECK(thresholds(other) == thresholds(e));
}

TEST_CASE("shards give the bits of one thread", "[plasticity]") {
  std::vector<std::vector<double>> found;
  for (std::size_t threads = 1; threads <= 4; ++threads) {
    Experiment<float> e(10, 2000, {{0}, {0}, {1.0}, {1}});
    random_spikes(e.E(), 50, 1, 0.05, 1);
    e.learn(theta);
    e.start(0.5, 20, 1, false, threads);
    e.trial(50);
    found.push_back(thresholds(e));
    CHECK(found.back() == found.front());
  }
}

TEST_CASE("a batch moves thresholds by the mean, or the sum, of its samples", "[plasticity]") {
  const auto after = [](std::size_t samples, bool tape, const std::string& keys) {
    Experiment<double> e(1, 20, {{0}, {0}, {1.0}, {1}});
    // In every sample the same spikes, and in the second one more.
    for (std::size_t b = 0; b < samples; ++b)
      for (std::int64_t t = 3; t < 50; t += 7) e.E().at.insert({t, b, 4});
    if (samples > 1) e.E().at.insert({49, 1, 4});
    e.learn(R"(theta = { rule = "adaptive_threshold", on = "node.E", tau = "100 ms", initial = "20 mV", )" + keys +
            " }");
    e.start(0.5, 50, samples, tape, 2);
    e.trial(50, samples);
    return thresholds(e);
  };
  const std::string two = R"(step = "2 mV")", sum = two + R"(, batch = "sum")";
  const auto one = after(1, false, two), none = after(1, false, R"(step = "0 mV")");
  CHECK(after(1, true, two)[4] == Approx(one[4]).epsilon(1e-13));
  CHECK(after(4, true, two)[4] == Approx(one[4] + 2.0 / 4).epsilon(1e-13));
  CHECK(after(4, true, sum)[4] == Approx(none[4] + 4 * (one[4] - none[4]) + 2.0).epsilon(1e-13));
  CHECK(after(4, true, sum)[5] == Approx(none[5]).epsilon(1e-13));
}

TEST_CASE("a neuron fires less the more its threshold has risen", "[plasticity]") {
  PopulationOptions options;
  options.integrator = Integrator::exact;
  for (const Field& f : Lif::parameters) options.parameters.push_back({f.value});
  for (const Field& f : Lif::state) options.initial.push_back({f.value});
  const auto named = [&](std::string_view name) -> std::vector<double>& {
    for (const Field& f : Lif::parameters)
      if (f.name == name) return options.parameters[f.member];
    throw Error("no such field");
  };
  named("I_e") = {500.0};
  const auto spikes = [&](const std::string& step) {
    Network<float> network;
    network.nodes.push_back(std::make_unique<Population<Lif, float>>("E", 3, options));
    std::vector<Diagnostic> diagnostics;
    const config::Value root = config::parse(
        R"(learn.t = { rule = "adaptive_threshold", on = "node.E", tau = "1 s", step = ")" + step + "\" }", "a.toml");
    const auto process = make_process(config::Table(root, "", diagnostics).tables("learn").at(0).second, network, 0.1);
    config::raise(diagnostics);
    network.order();
    Plan plan;
    plan.window = 100;
    Clock<float> clock(network, plan, 1);
    process->attach(clock);
    clock.reset_all();
    std::vector<std::int64_t> out;
    for (std::int64_t t = 0; t < 3000; t += 100) {
      clock.run({t, t + 100}, 1);
      for (std::int64_t k = t; k < t + 100; ++k)
        if (network.nodes[0]->output.at(k, 0)[2] != 0) out.push_back(k);
    }
    return out;
  };
  const auto fixed = spikes("0 mV"), rising = spikes("1 mV");
  REQUIRE(fixed.size() > 10);
  REQUIRE(rising.size() > 3);
  CHECK(rising.size() < fixed.size());
  CHECK(rising[0] == fixed[0]);
  // The membrane reaches the risen threshold when the equation says: V = E_L + R I (1 - exp(-t / tau_m)).
  const double tau = 10, level = 20;  // R I = 500 pA * 10 ms / 250 pF
  const double risen = 15 + std::exp(-0.1 / 1000 * static_cast<double>(rising[1] - rising[0] - 1));
  const double wanted = -tau * std::log(1 - risen / level) + 2;
  CHECK(std::abs(0.1 * static_cast<double>(rising[1] - rising[0]) - wanted) < 0.11);
}
