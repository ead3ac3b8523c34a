#include <cmath>

#include "app/rule_bench.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

/// The weight of one synapse of 0.5 mV after these spikes, in ms.
double after(const std::vector<double>& pre, const std::vector<double>& post) {
  RuleBench bench(
      paired_units({pre}, {post}, "0.5 mV", R"(rule = "diehl_cook", nu_pre = "0.01 mV", nu_post = "0.1 mV")"));
  bench.run(200);
  return bench.weights("XE")[0];
}

}  // namespace

std::vector<RuleCheck> digit_rule_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view of = "Diehl & Cook's code; closed form";
  return {
      {"diehl_cook", "pre, post, post: nu_post x y2 (mV)", 0.1 * std::exp(-15.0 / 20) * std::exp(-10.0 / 40),
       difference, 1e-12, of,
       [] {
         return after({20}, {25, 35}) - 0.5;
       }},
      {"diehl_cook", "post, pre: -nu_pre y1 (mV)", -0.01 * std::exp(-7.0 / 20), difference, 1e-12, of,
       [] { return after({27}, {20}) - 0.5; }},
      {"diehl_cook", "traces are set to 1: two pre spikes count as one", 0, difference, 1e-12, of,
       [] {
         return after({15, 20}, {25, 35}) - after({20}, {25, 35});
       }},
  };
}

}  // namespace cajal::app
