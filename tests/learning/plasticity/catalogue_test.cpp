#include "learning/plasticity/catalogue.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "learning/plasticity/targets.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// What is wrong with one entry, for edges XE (weights 0.2 to 0.8 nS) and nodes X, E.
std::string errors(const std::string& entry) {
  Experiment<float> e(2, 2, {{0, 1}, {0, 1}, {0.2, 0.8}, {1}});
  return learn_errors(e, "s = " + entry);
}

bool says(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

}  // namespace

TEST_CASE("wrong entries of learn say where, what, and what is near", "[plasticity]") {
  CHECK(errors(R"({ rule = "stdp", on = "edge.XE" })").empty());
  CHECK(says(errors(R"({ rule = "stpd", on = "edge.XE" })"), "did you mean `stdp`?"));
  CHECK(says(errors(R"({ rule = "stpd", on = "edge.XE" })"), "a.toml:2:"));
  CHECK(says(errors(R"({ on = "edge.XE" })"), "diehl_cook"));
  CHECK(says(errors(R"({ rule = "stdp" })"), "`on`"));
  CHECK(says(errors(R"({ rule = "stdp", on = [] })"), "names nothing"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XF" })"), "did you mean `edge.XE`?"));
  CHECK(says(errors(R"({ rule = "stdp", on = ["edge.XE", "edge.Q*"] })"), "there is no \"edge.Q*\""));
  CHECK(says(errors(R"({ rule = "stdp", on = "node.E" })"), "it works on edges"));
  CHECK(says(errors(R"({ rule = "adaptive_threshold", on = "edge.XE" })"), "it works on nodes"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", tau_plus = "20 mV" })"), "tau_plus"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", tau_plus = "0 ms" })"), "positive"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", lambda = -1 })"), "at least 0"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", w_max = "1 pA" })"), "w_max"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", w_max = 1 })"), "nS"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", pairs = "all_to_all" })"), "nearest"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", pairs = "presynaptic" })"), "presynaptic_centred"));
  CHECK(says(errors(R"({ rule = "triplet", on = "edge.XE", pairs = "reduced" })"), "all, nearest"));
  CHECK(says(errors(R"({ rule = "triplet", on = "edge.XE", preset = "cortex" })"), "visual_cortex_minimal"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", preset = "nest" })"), "preset"));
  CHECK(says(errors(R"({ rule = "triplet", on = "edge.XE", w_ref = "0 nS" })"), "positive"));
  CHECK(says(errors(R"({ rule = "vogels", on = "edge.XE", rho0 = 3 })"), "Hz"));
  CHECK(says(errors(R"({ rule = "vogels", on = "edge.XE", eta = 0.01 })"), "nS"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", batch = "max" })"), "mean, sum"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", gradient = "stop" })"), "pass"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", tau_pus = "20 ms" })"), "tau_pus"));
  CHECK(says(errors(R"({ rule = "diehl_cook", on = "edge.XE", nu_post = 0.01 })"), "nS"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE" })"), "`sum`"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE", sum = "0 nS" })"), "positive"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE", sum = "1 nS", every = "step" })"), "trial"));
  CHECK(
      says(errors(R"({ rule = "normalise", on = "edge.XE", sum = "1 nS", every = "0.25 ms" })"), "no multiple of dt"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE", norm = "L3", sum = "1 nS" })"), "L1, L2"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE", norm = "L2", sum = "1 nS" })"), "keeps a `length`"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE", length = "1 nS" })"), "keeps a `sum`"));
  CHECK(says(errors(R"({ rule = "normalise", on = "edge.XE", sum = "1 nS", of = "both" })"), "post, pre"));
  CHECK(says(errors(R"({ rule = "scaling", on = "edge.XE", every = "trial" })"), "`rate`"));
  CHECK(says(errors(R"({ rule = "scaling", on = "edge.XE", rate = "5 Hz" })"), "`every`"));
  CHECK(says(errors(R"({ rule = "scaling", on = "edge.XE", rate = "-5 Hz", every = "trial" })"), "at least 0"));
  CHECK(
      says(errors(R"({ rule = "scaling", on = "edge.XE", rate = "5 Hz", every = "trial", w_max = "1 pA" })"), "w_max"));
  CHECK(says(errors(R"({ rule = "dale", on = "edge.XE", sign = "positive" })"), "excitatory"));
  CHECK(says(errors(R"({ rule = "dale", on = "node.E" })"), "it works on edges"));
  CHECK(says(errors(R"({ rule = "intrinsic", on = "node.E" })"), "`rate`"));
  CHECK(says(errors(R"({ rule = "intrinsic", on = "node.E", rate = "5 Hz", eta = 0.1 })"), "mV"));
  CHECK(says(errors(R"({ rule = "adaptive_threshold", on = "node.E", tau = "0 ms" })"), "positive"));
  CHECK(says(errors(R"({ rule = "adaptive_threshold", on = "node.E", step = 0.05 })"), "mV"));
}

TEST_CASE("bounds that the weights leave are refused", "[plasticity]") {
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", w_max = "0.5 nS" })"), "reach from 0.2 nS to 0.8 nS"));
  CHECK(says(errors(R"({ rule = "stdp", on = "edge.XE", w_min = "2 nS" })"),
             "no weight lies between w_min = 2 nS and w_max = 1.6 nS"));
  CHECK(errors(R"({ rule = "diehl_cook", on = "edge.XE" })").empty());
  CHECK(says(errors(R"({ rule = "diehl_cook", on = "edge.XE", w_max = "0.5 nS" })"), "reach from"));
  Experiment<float> zero(1, 1, {{0}, {0}, {0.0}, {1}});
  CHECK(says(learn_errors(zero, R"(s = { rule = "stdp", on = "edge.XE" })"), "all weights of edge.XE are 0"));
}

TEST_CASE("without bounds of its own a rule keeps the sign of the weights", "[plasticity]") {
  for (const std::string rule : {"stdp_power", "triplet", "triplet_metaplastic", "vogels"}) {
    INFO(rule);
    for (const double weight : {0.5, -0.5}) {
      Experiment<double> e(1, 1, {{0}, {0}, {weight}, {0}});
      e.learn("s = { rule = \"" + rule + "\", on = \"edge.XE\" }");
      // Depression for ever: pre spikes alone, or each after a post spike.
      for (std::int64_t t = 10; t < 20000; t += 2000) e.X().at.insert({t, 0, 0});
      for (std::int64_t t = 9; t < 20000; t += 2000)
        if (rule != "vogels") e.E().at.insert({t, 0, 0});
      e.start(0.1, 100);
      e.trial(20000);
      CHECK(weight * e.weights()[0] >= 0);
      CHECK(std::fabs(e.weights()[0]) < std::fabs(weight));
    }
    Experiment<double> mixed(1, 2, {{0, 0}, {0, 1}, {0.5, -0.5}, {0}});
    CHECK(
        says(learn_errors(mixed, "s = { rule = \"" + rule + "\", on = \"edge.XE\" }"), "reach from -0.5 nS to 0.5 nS"));
  }
}

TEST_CASE("rules follow spikes, and thresholds need a threshold", "[plasticity]") {
  Experiment<float> e(1, 1, {{0}, {0}, {1.0}, {1}});
  e.X().send_values();
  e.E().send_values();
  CHECK(says(learn_errors(e, R"(s = { rule = "stdp", on = "edge.XE" })"), "node.X (scripted) sends values"));
  CHECK(says(learn_errors(e, R"(s = { rule = "adaptive_threshold", on = "node.E" })"), "has no parameter V_th"));
}

TEST_CASE("weights without unit take plain numbers", "[plasticity]") {
  Experiment<float> e(1, 1, {{0}, {0}, {0.1}, {1}}, "");
  CHECK(learn_errors(e, R"(s = { rule = "stdp", on = "edge.*", w_max = 1 }
t = { rule = "adaptive_threshold", on = "node.E", step = 0.05, initial = 0 })")
            .empty());
  REQUIRE(e.processes.size() == 2);
  CHECK(e.processes[0]->targets() == std::vector<std::string>{"edge.XE"});
  CHECK(e.processes[0]->name() == "s");
  CHECK(e.edge().plastic);
  CHECK(e.processes[1]->state()[0].unit.empty());
}

TEST_CASE("two processes share a target only where all but one compose", "[plasticity]") {
  const auto found = [](const std::string& members) {
    Experiment<float> e(1, 1, {{0}, {0}, {0.1}, {1}});
    e.learn(members);
    e.processes.push_back(nullptr);
    std::vector<Diagnostic> out;
    check_targets<float>(e.processes, out);
    return out;
  };
  const std::string a = "a = { rule = \"stdp\", on = \"edge.XE\" }\n",
                    b = "b = { rule = \"diehl_cook\", on = \"edge.XE\" }\n";
  const std::string n = R"(n = { rule = "normalise", on = "edge.XE", sum = "1 nS" }
)";
  const std::string m = R"(m = { rule = "normalise", on = "edge.XE", sum = "2 nS" }
)";
  CHECK(found(a + n + R"(t = { rule = "adaptive_threshold", on = "node.E" })").empty());
  REQUIRE(found(a + b).size() == 1);
  CHECK(found(a + b)[0].message == "diehl_cook and learn.a (stdp) both change edge.XE");
  CHECK(found(a + b)[0].address == "learn.b.on");
  CHECK(found(a + b)[0].at.line == 3);
  CHECK(found(n + a).empty());
  CHECK(found(n + m).size() == 1);
}

TEST_CASE("every process of the catalogue says what it is", "[plasticity]") {
  const auto names = process_names();
  CHECK(names.front() == "stdp");
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  for (const ProcessEntry& entry : process_entries()) {
    INFO(entry.name);
    CHECK_FALSE(entry.meaning.empty());
    CHECK_FALSE(entry.equations.empty());
    CHECK_FALSE(entry.source.empty());
    REQUIRE_FALSE(entry.options.empty());
    CHECK(entry.options[0].name == "on");
    for (const Option& option : entry.options) CHECK_FALSE(option.meaning.empty());
    const config::Value root = config::parse(entry.snippet, "a.toml");
    CHECK(root.find("learn")->members[0].second.find("rule")->text == entry.name);
  }
  CHECK(process_entries()[0].options[1].fallback == "20 ms");
}

TEST_CASE("patterns match as a whole, stars any text", "[plasticity]") {
  CHECK(matches("edge.XE", "edge.XE"));
  CHECK(matches("edge.XE", "edge.*"));
  CHECK(matches("edge.XE", "*E"));
  CHECK(matches("edge.XE", "e*g*X*E*"));
  CHECK(matches("aXbXc", "*X*c"));
  CHECK(matches("", "*"));
  CHECK_FALSE(matches("edge.XE", "edge.X"));
  CHECK_FALSE(matches("edge.XE", "dge.XE"));
  CHECK_FALSE(matches("edge.XE", "*X"));
  CHECK_FALSE(matches("edge.XE", ""));
}
