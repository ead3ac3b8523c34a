#include "learning/plasticity/normalise.hpp"

#include <cmath>
#include <string>
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

namespace {

/// The norm of the weights that share a unit, by unit.
std::vector<double> norms(const Experiment<double>& e, const std::vector<double>& weight, bool pre, bool squares) {
  const Synapses& s = e.network.sparse[0]->synapses;
  std::vector<double> out(e.network.nodes[pre ? 0 : 1]->size());
  for (std::size_t i = 0; i < s.size(); ++i)
    out[pre ? s.source[i] : s.target[i]] += squares ? weight[i] * weight[i] : std::abs(weight[i]);
  for (double& x : out) x = squares ? std::sqrt(x) : x;
  return out;
}

}  // namespace

TEST_CASE("either norm of either side becomes what is asked, of any sign, on any number of threads", "[plasticity]") {
  for (const bool pre : {false, true})
    for (const bool squares : {false, true}) {
      std::vector<double> first;
      for (const std::size_t threads : {1, 2, 3}) {
        Experiment<double> e(31, 200, all_to_all(31, 200, -0.5, 0.5, 1, 9, 4));
        e.learn(std::string("n = { rule = \"normalise\", on = \"edge.XE\", ") +
                (squares ? R"(norm = "L2", length = "3 nS", )" : R"(norm = "L1", sum = "3 nS", )") +
                (pre ? R"(of = "pre" })" : R"(of = "post" })"));
        e.start(0.5, 10, 1, false, threads);
        const auto before = e.weights();
        e.trial(10);
        const auto old = norms(e, before, pre, squares);
        for (const double norm : norms(e, e.weights(), pre, squares)) CHECK(norm == Approx(3).epsilon(1e-13));
        const Synapses& s = e.edge().synapses;
        for (std::size_t i = 0; i < before.size(); i += 97)
          CHECK(e.weights()[i] == Approx(before[i] * 3 / old[pre ? s.source[i] : s.target[i]]).epsilon(1e-13));
        if (first.empty()) first = e.weights();
        CHECK(e.weights() == first);
      }
    }
}

TEST_CASE("a normalisation with times acts at their multiples alone", "[plasticity]") {
  Experiment<double> e(2, 1, {{0, 1}, {0, 0}, {1.0, 3.0}, {1}});
  e.learn(R"(n = { rule = "normalise", on = "edge.XE", sum = "2 nS", every = "5 ms" })", 0.5);
  e.start(0.5, 10);
  CHECK(e.processes[0]->every() == 5);
  e.trial(10);
  e.processes[0]->act(7);
  CHECK(e.weights() == std::vector<double>{1, 3});
  e.processes[0]->act(20);
  CHECK(e.weights() == std::vector<double>{0.5, 1.5});
}
