#include "learning/plasticity/rules/diehl_cook.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// Every synapse by itself and step by step, from the equations; dt 0.5 ms, sample 0.
template <class Real>
std::vector<double> naive(Experiment<Real>& e, std::int64_t steps) {
  const Synapses& s = e.edge().synapses;
  std::vector<double> out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    double w = s.weight_of(i), x = 0, y1 = 0, y2 = 0;
    for (std::int64_t t = 0; t < steps; ++t) {
      x *= std::exp(-0.5 / 20);
      y1 *= std::exp(-0.5 / 20);
      y2 *= std::exp(-0.5 / 40);
      if (e.X().at.count({t - s.delay_of(i), 0, s.source[i]})) {
        w = std::min(std::max(w - 0.04 * y1, 0.0), 1.0);
        x = 1;
      }
      if (e.E().at.count({t, 0, s.target[i]})) {
        w = std::min(std::max(w + 0.1 * x * y2, 0.0), 1.0);
        y1 = y2 = 1;
      }
    }
    out.push_back(w);
  }
  return out;
}

const std::string rule = R"(s = { rule = "diehl_cook", on = "edge.XE", nu_pre = "0.04 nS", nu_post = "0.1 nS" })";

}  // namespace

TEMPLATE_TEST_CASE("Diehl and Cook's rule does to each synapse what its equations say", "[plasticity]", float, double) {
  Experiment<TestType> e(40, 37, all_to_all(40, 37, 0, 1, 0, 20, 3));
  random_spikes(e.X(), 400, 1, 0.03, 4);
  random_spikes(e.E(), 400, 1, 0.02, 5);
  e.learn(rule);
  e.start(0.5, 20);
  e.trial(400);
  const auto expected = naive(e, 400);
  REQUIRE(e.weights().size() == expected.size());
  std::size_t low = 0, high = 0, between = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(static_cast<double>(e.weights()[i]) == Approx(expected[i]).margin(sizeof(TestType) == 4 ? 3e-6 : 1e-13));
    low += expected[i] == 0, high += expected[i] == 1, between += expected[i] != 0 && expected[i] != 1;
  }
  CAPTURE(low, high, between);
  CHECK((low > 10 && high > 10 && between > 100));
}

TEST_CASE("a second trial starts with traces at rest and the weights of the first", "[plasticity]") {
  Experiment<double> e(1, 1, {{0}, {0}, {0.5}, {2}});
  e.learn(rule);
  e.start(0.5, 10);
  e.E().at = {{0, 0, 0}, {99, 0, 0}};
  e.X().at = {{0, 0, 0}};
  const double first = 0.5 - 0.04 * std::exp(-1.0 / 20) + 0.1 * std::exp(-48.5 / 20) * std::exp(-49.5 / 40);
  e.trial(100);
  CHECK(e.weights()[0] == Approx(first).epsilon(1e-14));
  e.E().at = {{5, 0, 0}};
  e.trial(100);
  CHECK(e.weights()[0] == Approx(first).epsilon(1e-14));
}

TEST_CASE("any number of shards learns the same bits", "[plasticity]") {
  std::vector<std::vector<float>> found;
  for (std::size_t threads = 1; threads <= 4; ++threads) {
    Experiment<float> e(2100, 70, all_to_all(2100, 70, 0, 1, 0, 9, 6));
    random_spikes(e.X(), 60, 1, 0.02, 7);
    random_spikes(e.E(), 60, 1, 0.05, 8);
    e.learn(rule + R"(
norm = { rule = "normalise", on = "edge.XE", sum = "100 nS" })");
    e.start(0.5, 20, 1, false, threads);
    REQUIRE(e.clock->stores().size() == threads);
    e.trial(60);
    e.trial(60);
    found.push_back(e.weights());
    CHECK(found.back() == found.front());
  }
  CHECK(found[0] != std::vector<float>(found[0].size()));
}

TEST_CASE("a frozen rule leaves weights and sees no spikes", "[plasticity]") {
  Experiment<double> e(5, 5, all_to_all(5, 5, 0.2, 0.8, 0, 3, 9));
  random_spikes(e.X(), 100, 1, 0.1, 10);
  random_spikes(e.E(), 100, 1, 0.1, 11);
  e.learn(rule);
  e.start(0.5, 10);
  const std::vector<double> before = e.weights();
  e.processes[0]->freeze(true);
  CHECK(e.edge().rule == nullptr);
  e.trial(100);
  CHECK(e.weights() == before);
  CHECK(e.edge().delivered == 0);
  e.processes[0]->freeze(false);
  e.trial(100);
  CHECK(e.weights() != before);
  const auto expected = naive(e, 100);
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(e.weights()[i] == Approx(expected[i]).margin(1e-13));
  e.processes.clear();
  CHECK(e.edge().rule == nullptr);
}

TEST_CASE("several samples at once need a tape", "[plasticity]") {
  Experiment<double> e(5, 5, all_to_all(5, 5, 0.2, 0.8, 0, 3, 9));
  e.learn(rule);
  e.start(0.5, 10, 4);
  REQUIRE_THROWS_AS(e.processes[0]->begin_trial(), Error);
  e.processes[0]->freeze(true);
  e.trial(10, 4);
  CHECK(e.weights() == e.edge().synapses.weight);
}
