#include "learning/plasticity/normalise.hpp"

#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

const std::string norm = R"(norm = { rule = "normalise", on = "edge.XE", sum = "78 nS", every = "trial" })";

template <class Real>
std::vector<double> sums(const Experiment<Real>& e, const std::vector<Real>& weight) {
  std::vector<double> out(e.network.nodes[1]->size());
  const Synapses& s = e.network.sparse[0]->synapses;
  for (std::size_t i = 0; i < s.size(); ++i) out[s.target[i]] += static_cast<double>(weight[i]);
  return out;
}

}  // namespace

TEMPLATE_TEST_CASE("before a trial the weights of each unit get their sum and keep their proportions", "[plasticity]",
                   float, double) {
  for (const bool tape : {false, true}) {
    Experiment<TestType> e(300, 19, all_to_all(300, 19, 0.003, 0.303, 1, 20, 1));
    e.learn(norm);
    e.start(0.5, 10, 1, tape);
    const auto before = e.weights();
    e.trial(10);
    const auto old = sums(e, before);
    for (const double sum : sums(e, e.weights()))
      CHECK(sum == Approx(78).epsilon(sizeof(TestType) == 4 ? 1e-6 : 1e-13));
    for (std::size_t i = 0; i < before.size(); ++i) {
      const double wanted = static_cast<double>(before[i]) * 78 / old[e.edge().synapses.target[i]];
      CHECK(static_cast<double>(e.weights()[i]) == Approx(wanted).epsilon(1e-6));
    }
    // What the stores deliver is what the Parameter says.
    const auto stored = e.clock->stores()[0]->weights(0);
    const auto index = e.clock->stores()[0]->index(0);
    for (std::size_t k = 0; k < stored.size(); ++k) CHECK(stored[k] == e.weights()[index[k]]);
  }
}

TEST_CASE("units without weights stay, and nothing is scaled while frozen", "[plasticity]") {
  Experiment<double> e(2, 3, {{0, 1, 0}, {0, 0, 1}, {1.0, 3.0, 0.0}, {1}});
  e.learn(norm);
  e.start(0.5, 10);
  e.processes[0]->freeze(true);
  e.trial(10);
  CHECK(e.weights() == std::vector<double>{1, 3, 0});
  e.processes[0]->freeze(false);
  e.trial(10);
  CHECK(e.weights() == std::vector<double>{19.5, 58.5, 0});
}

TEST_CASE("a trial learns from the normalised weights", "[plasticity]") {
  Experiment<double> e(1, 1, {{0}, {0}, {0.5}, {1}});
  e.X().at = {{0, 0, 0}};
  e.E().at = {{1, 0, 0}};
  e.learn(R"(s = { rule = "stdp", on = "edge.XE", w_max = "4 nS", lambda = 0.1, mu_plus = 1 }
norm = { rule = "normalise", on = "edge.XE", sum = "2 nS" })");
  e.start(0.5, 10);
  e.trial(10);
  CHECK(e.weights()[0] == Approx(2.2).epsilon(1e-14));
  e.trial(10);
  CHECK(e.weights()[0] == Approx(2.2).epsilon(1e-14));
}
