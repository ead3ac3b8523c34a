#include "app/learning_process.hpp"

#include <string>

#include "app/describe.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/app/run_of.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

std::string locality(const std::string& config, const std::string& process = "bp") {
  return RunOf(config).result().attribute<std::string>("learn/" + process, "locality");
}

}  // namespace

TEST_CASE("a result says what information each of its processes used", "[locality]") {
  CHECK(locality(learning) == "weight transport");
  CHECK(locality(changed(learning, {{"batch = 8", "batch = 8, feedback = \"random\""}})) == "fixed feedback");
  CHECK(locality(changed(learning, {{"batch = 8", "batch = 8, feedback = \"sign\""}})) ==
        "fixed feedback + weight signs");
  CHECK(locality(changed(learning, {{"batch = 8", "batch = 8, on = \"edge.out\""}})) == "local + target");
  const std::string in_time = "trial = { show = \"3 ms\" }\n" + learning;
  CHECK(locality(in_time) == "weight transport");
  CHECK(locality(
            changed(in_time, {{"activation = \"relu\"", "activation = { kind = \"lif\", preset = \"snntorch\" }"}})) ==
        "weight transport + through time");
  const RunOf run(learning);
  CHECK(run.result().attribute<std::string>("learn/bp", "rule") == "backprop");
  CHECK(run.result().attribute<std::string>("learn/bp", "on") == "edge.hid, edge.out");
  CHECK(run.result().attribute<std::string>("learn/bp", "information") ==
        "presynaptic activity, postsynaptic activity, target, weight transport");
}

TEST_CASE("a description says what information a rule uses", "[locality]") {
  CHECK(describe_text("stdp").find(
            "\nlocality: local (uses presynaptic activity, postsynaptic activity, own weight)\n") != std::string::npos);
  CHECK(describe_text("backprop").find("\n  feedback = \"random\": fixed feedback\n") != std::string::npos);
}

}  // namespace cajal::app
