#include "learning/plasticity/scaling.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

const std::string scaling =
    R"(s = { rule = "scaling", on = "edge.XE", rate = "5 Hz", beta = 2, tau = "10 s", tau_rate = "40 ms", initial = "20 Hz", every = "trial" })";

/// What multiplies the weights of a unit after `time` ms in which it fired at the ends of these steps of 0.5 ms.
double factor(double time, const std::vector<int>& steps) {
  const double tau_rate = 40;
  double integral = 20 * tau_rate * (1 - std::exp(-time / tau_rate));
  for (const int t : steps) integral += 1000 * (1 - std::exp(-(time - 0.5 * (t + 1)) / tau_rate));
  return std::exp(2.0 / 10'000 * (5 * time - integral));
}

}  // namespace

TEMPLATE_TEST_CASE("weights are scaled by the exact course of the running rate and keep their ratios", "[plasticity]",
                   float, double) {
  Experiment<TestType> e(7, 40, all_to_all(7, 40, 0.1, 0.9, 1, 5, 3));
  e.E().at = {{10, 0, 0}, {30, 0, 0}, {31, 0, 0}, {99, 0, 39}};
  e.learn(scaling, 0.5);
  e.start(0.5, 20);
  const auto before = e.weights();
  e.trial(100);
  const double margin = sizeof(TestType) == 4 ? 1e-6 : 1e-12;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::uint32_t unit = e.edge().synapses.target[i];
    const double wanted = factor(50, unit == 0 ? std::vector<int>{10, 30, 31} : std::vector<int>{});
    CHECK(static_cast<double>(e.weights()[i]) == Approx(static_cast<double>(before[i]) * wanted).epsilon(margin));
  }
  // The rates go on through the next trial.
  const auto state = e.processes[0]->state();
  REQUIRE(state.size() == 1);
  CHECK(state[0].name == "node.E.rate.XE");
  CHECK(state[0].values[39] == Approx(20 * std::exp(-50 / 40.0) + 25).epsilon(1e-12));
}

TEST_CASE("a batch is scaled by the mean of its samples, one sample as without a tape", "[plasticity]") {
  const auto after = [](bool tape, std::size_t samples) {
    Experiment<double> e(1, 20, {{0}, {4}, {0.5}, {1}});
    for (std::size_t b = 0; b < samples; ++b) e.E().at.insert({20, b, 4});
    if (samples > 1) e.E().at.insert({60, 1, 4});
    e.learn(scaling, 0.5);
    e.start(0.5, 100, samples, tape, 2);
    e.trial(100, samples);
    return e.weights()[0];
  };
  CHECK(after(false, 1) == Approx(0.5 * factor(50, {20})).epsilon(1e-12));
  CHECK(after(true, 1) == Approx(after(false, 1)).epsilon(1e-13));
  // Exponents of the samples are averaged.
  CHECK(after(true, 2) == Approx(0.5 * std::sqrt(factor(50, {20}) * factor(50, {20, 60}))).epsilon(1e-12));
}

TEST_CASE("weights do not grow beyond their bound, and none beyond all numbers", "[plasticity]") {
  Experiment<double> e(1, 3, {{0, 0, 0}, {0, 1, 2}, {0.5, -0.9, 2.0}, {1}});
  const std::string silent = R"(s = { rule = "scaling", on = "edge.XE", rate = "50 Hz", tau = "1 ms", )";
  e.learn(silent + R"(initial = "0 Hz", every = "trial", w_max = "1 nS" })", 0.5);
  e.start(0.5, 20);
  e.trial(20);
  CHECK(e.weights() == std::vector<double>{1, -1, 2});
  Experiment<float> boundless(1, 1, {{0}, {0}, {0.5}, {1}});
  boundless.learn(silent + R"(initial = "0 Hz", every = "trial" })", 0.5);
  boundless.start(0.5, 20);
  REQUIRE_THROWS_AS(boundless.trial(20), NumericalError);
}

TEST_CASE("frozen, neither rates nor weights move", "[plasticity]") {
  Experiment<double> e(1, 20, {{0}, {4}, {0.5}, {1}});
  random_spikes(e.E(), 100, 1, 0.1, 1);
  e.learn(scaling, 0.5);
  e.start(0.5, 20);
  e.processes[0]->freeze(true);
  CHECK(e.E().processes.empty());
  e.trial(100);
  CHECK(e.weights()[0] == 0.5);
  CHECK(e.processes[0]->state()[0].values[4] == 20);
  e.processes[0]->freeze(false);
  e.trial(100);
  CHECK(e.weights()[0] != 0.5);
}
