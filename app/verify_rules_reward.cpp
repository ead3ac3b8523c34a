#include <fmt/format.h>

#include <cmath>

#include "app/rule_bench.hpp"
#include "app/verify_nest.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

double from_nest() {
  return furthest_from_nest(nest_dopamine, R"(rule = "stdp_dopamine", modulator = "node.DA", w_max = "200 mV")",
                            "35 mV",
                            R"(D = { kind = "spikes", times = ["50 ms", "90 ms", "92 ms", "160 ms", "300 ms"] }
DA = { kind = "modulator", tau = "200 ms" }
)",
                            "reward = { from = \"D\", to = \"DA.input\", weight = 0.005, delay = \"1 ms\" }\n");
}

/// The change of a weight of 1 mV by a pair 10 ms apart at 100 ms, under a concentration that stands still.
double by_pair(const std::string& rule, double concentration) {
  RuleBench bench(
      paired_units({{100}}, {{110}}, "1 mV",
                   fmt::format(R"(rule = "{}", modulator = "node.DA", A_plus = "0.01 mV", w_max = "9 mV")", rule),
                   "0.1 ms", fmt::format("DA = {{ kind = \"modulator\", baseline = {} }}\n", concentration)));
  bench.run(1000);
  return bench.weights("XE")[0] - 1;
}

}  // namespace

std::vector<RuleCheck> reward_rule_checks() {
  using enum RuleCheck::Bound;
  const double pair = 0.01 * std::exp(-10.0 / 20);
  return {
      {"stdp_dopamine", "furthest of 17 weights from NEST's", 0, difference, 1e-9, "NEST 3.10 stdp_dopamine_synapse",
       from_nest},
      {"mstdp", "a pair under a reward of 0.5 (mV)", 0.5 * pair, share, 1e-9, "Florian 2007, eqs. 3.19-3.22",
       [] { return by_pair("mstdp", 0.5); }},
      {"mstdp", "under a reward of -0.5 (mV)", -0.5 * pair, share, 1e-9, "Florian 2007, eqs. 3.19-3.22",
       [] { return by_pair("mstdp", -0.5); }},
      // Long after the pair all of the trace has come to the weight.
      {"mstdpet", "a pair under a reward of 0.5, by its trace (mV)", 0.5 * pair, share, 0.01,
       "Florian 2007, eqs. 3.23-3.25", [] { return by_pair("mstdpet", 0.5); }},
  };
}

}  // namespace cajal::app
