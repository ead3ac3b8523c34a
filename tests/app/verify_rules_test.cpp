#include "app/verify_rules.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <set>

#include "app/rule_bench.hpp"
#include "app/verify_nest.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::app;

namespace {

/// The column of weights of a reference file.
std::vector<double> recorded(const std::string& name) {
  std::ifstream in(std::string(CAJAL_SOURCE_DIR) + "/tests/reference/nest/" + name + ".csv");
  std::vector<double> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) out.push_back(std::stod(line.substr(line.find(',') + 1)));
  return out;
}

std::vector<double> all(std::span<const double> values) { return {values.begin(), values.end()}; }

void check_pairing(const NestPairing& pairing, const std::string& name) {
  CHECK(all(pairing.weights) == recorded(name));
  const reference::Json json = reference::read_json("nest/" + name + ".json");
  CHECK(all(pairing.pre) == json["pre_spikes"].numbers());
  CHECK(all(pairing.post) == json["post_spikes"].numbers());
}

}  // namespace

TEST_CASE("a claim holds within its bound, and never for what is no number", "[verify]") {
  using enum RuleCheck::Bound;
  const auto claim = [](RuleCheck::Bound bound, double expected, double tolerance = 0) {
    RuleCheck c;
    c.expected = expected;
    c.bound = bound;
    c.tolerance = tolerance;
    return c;
  };
  CHECK(claim(difference, 2, 0.5).holds(1.5));
  CHECK_FALSE(claim(difference, 2, 0.5).holds(1.4));
  CHECK(claim(share, -200, 0.01).holds(-201));
  CHECK_FALSE(claim(share, -200, 0.01).holds(-203));
  CHECK(claim(at_least, 0.9).holds(0.9));
  CHECK_FALSE(claim(at_least, 0.9).holds(0.89));
  CHECK(claim(at_most, 0.1).holds(0.1));
  CHECK_FALSE(claim(at_most, 0.1).holds(0.11));
  for (const auto bound : {difference, share, at_least, at_most})
    CHECK_FALSE(claim(bound, 1, 1).holds(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("verify prints the claims about rules and says with its exit code whether all hold", "[verify]") {
  std::string text;
  CHECK(verify_rules({"stdp", "normalise"}, text) == 0);
  CHECK(text.find("tau_plus fitted back") != std::string::npos);
  CHECK(text.find("sum of the afferent weights") != std::string::npos);
  CHECK(text.find("diehl_cook") == std::string::npos);
  CHECK(text.find("NO") == std::string::npos);
  CHECK_THROWS_AS(verify_rules({"sdtp"}, text), Error);
}

TEST_CASE("every claim about a rule holds", "[verify]") {
  for (const RuleCheck& c : rule_checks()) {
    INFO(c.rule << ": " << c.claim);
    const double found = c.measure();
    INFO("found " << found << ", expected " << c.expected);
    CHECK(c.holds(found));
  }
}

TEST_CASE("there is a claim about every rule of the catalogue", "[verify]") {
  std::set<std::string> claimed;
  for (const RuleCheck& c : rule_checks()) claimed.emplace(c.rule);
  for (const std::string& rule : process_names()) {
    INFO(rule);
    CHECK(claimed.count(rule) == 1);
  }
}

TEST_CASE("the weights that claims compare with are those that NEST recorded", "[verify][reference]") {
  check_pairing(nest_stdp_additive, "syn_stdp_synapse_add");
  check_pairing(nest_stdp_multiplicative, "syn_stdp_synapse_mult");
  check_pairing(nest_stdp_coincidence, "syn_stdp_synapse_coincidence");
  check_pairing(nest_triplet, "syn_stdp_triplet_synapse");
  check_pairing(nest_vogels, "syn_vogels_sprekeler_synapse");
  CHECK(all(nest_dopamine.weights) == recorded("syn_stdp_dopamine_synapse"));
}

TEST_CASE("a rule is no closer to NEST than its parameters", "[verify]") {
  const auto furthest = [](const std::string& tau) {
    return furthest_from_nest(nest_stdp_additive, R"(rule = "stdp", w_max = "3 mV", lambda = 0.05, alpha = 1.1, )"
                                                  R"(mu_plus = 0, mu_minus = 0, tau_plus = ")" +
                                                      tau + R"(", tau_minus = "20 ms")");
  };
  CHECK(furthest("20 ms") < 1e-9);
  CHECK(furthest("20.001 ms") > 1e-6);
}

TEST_CASE("the bench of rules counts spikes and refuses what a config may not say", "[verify]") {
  RuleBench bench(paired_units({{10}, {}}, {{20, 30}, {25}}, "1 mV", R"(rule = "stdp", w_max = "3 mV")"));
  bench.run(26);
  CHECK(bench.spikes("X") == std::vector<double>{1, 0});
  CHECK(bench.spikes("E") == std::vector<double>{1, 1});
  bench.run(40);
  CHECK(bench.spikes("E") == std::vector<double>{2, 1});
  CHECK(bench.weights("XE")[0] > 1);
  CHECK(bench.weights("XE")[1] == 1);
  CHECK_THROWS_AS(RuleBench(paired_units({{}}, {{}}, "1 mV", R"(rule = "stdp", taux = 1)")), ConfigError);
  CHECK_THROWS_AS(bench.weights("none"), Error);
}
