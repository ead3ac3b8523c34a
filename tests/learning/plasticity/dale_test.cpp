#include "learning/plasticity/dale.hpp"

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

bool says(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("weights that cross zero are clipped at the sign that their source began with", "[plasticity]") {
  for (const std::size_t threads : {1, 2}) {
    Experiment<double> e(3, 40, all_to_all(3, 40, 0.1, 0.9, 1, 5, 3));
    for (std::size_t i = 40; i < 80; ++i) e.edge().synapses.weight[i] *= -1;
    e.learn(R"(d = { rule = "dale", on = "edge.XE" })");
    e.start(0.5, 20, 1, false, threads);
    const auto before = e.weights();
    for (auto& store : e.clock->stores())
      for (std::size_t k = 0; k < store->weights(0).size(); k += 3) store->weights(0)[k] *= -0.5;
    auto moved = before;
    for (auto& store : e.clock->stores())
      for (std::size_t k = 0; k < store->weights(0).size(); ++k) moved[store->index(0)[k]] = store->weights(0)[k];
    REQUIRE(moved != before);
    e.trial(10);
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(e.weights()[i] == (moved[i] == before[i] ? before[i] : 0));
  }
}

TEST_CASE("a sign that is given is that of the first weights too", "[plasticity]") {
  Experiment<double> e(2, 2, {{0, 0, 1, 1}, {0, 1, 0, 1}, {0.5, -0.25, 0.0, 1.0}, {1}});
  e.learn(R"(d = { rule = "dale", on = "edge.XE", sign = "inhibitory" })");
  e.start(0.5, 20);
  CHECK(e.weights() == std::vector<double>{-0.5, -0.25, 0.0, -1.0});
}

TEST_CASE("units whose first weights have no one sign are refused", "[plasticity]") {
  Experiment<float> mixed(2, 2, {{0, 1, 1}, {0, 0, 1}, {0.5, -0.25, 0.5}, {1}});
  CHECK(says(learn_errors(mixed, R"(d = { rule = "dale", on = "edge.XE" })"),
             "unit 1 begins with weights of both signs in edge.XE"));
  Experiment<float> zero(2, 2, {{0, 1}, {0, 0}, {0.5, 0.0}, {1}});
  CHECK(says(learn_errors(zero, R"(d = { rule = "dale", on = "edge.XE", sign = "initial" })"),
             "unit 1 begins with weights of 0 alone in edge.XE"));
  Experiment<float> silent(3, 2, {{0, 1}, {0, 0}, {0.5, -0.5}, {1}});
  CHECK(learn_errors(silent, R"(d = { rule = "dale", on = "edge.XE" })").empty());
}
