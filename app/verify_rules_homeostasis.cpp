#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/rule_bench.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

/// Weights of 50 silent units onto 1, drawn, as they are and as `normalise` leaves them.
struct Normalised {
  std::vector<double> before, after;

  Normalised() {
    const auto config = [](const std::string& learn) {
      return R"([node]
X = { kind = "spikes", size = 50, times = ["9 s"] }
E = { kind = "lif", size = 1, receptors = { input = "delta" } }
[edge]
XE = { from = "X", to = "E.input", connect = "all_to_all", weight = { uniform = ["0.1 mV", "1 mV"] } }
[learn]
rule = { rule = "stdp", on = "edge.XE" }
)" + learn;
    };
    before = RuleBench(config("")).weights("XE");
    RuleBench bench(config("norm = { rule = \"normalise\", on = \"edge.XE\", sum = \"7 mV\" }\n"));
    bench.run(1);
    after = bench.weights("XE");
  }
};

/// What stands above the first threshold of 5 units that spike every 10 ms for 1 s, and end 1 s later, in mV.
double theta() {
  SpikeTrains pre(5), post(5);
  for (double t = 10; t < 1005; t += 10) post[2].push_back(t);
  RuleBench bench(paired_units(pre, post, "1 mV", R"(rule = "stdp", w_max = "3 mV")") +
                  "theta = { rule = \"adaptive_threshold\", on = \"node.E\", step = \"0.5 mV\", tau = \"500 ms\" }\n");
  bench.run(2000);
  return bench.state("theta")[2];
}

double expected_theta() {
  double sum = 0;
  for (double t = 10; t < 1005; t += 10) sum += 0.5 * std::exp(-(2000 - t - 0.1) / 500);
  return sum;
}

}  // namespace

std::vector<RuleCheck> homeostasis_checks() {
  using enum RuleCheck::Bound;
  return {
      {"normalise", "sum of the afferent weights (mV)", 7, share, 1e-12, "closed form",
       [] {
         const Normalised n;
         return std::accumulate(n.after.begin(), n.after.end(), 0.0);
       }},
      {"normalise", "ratios of weights: largest relative change", 0, difference, 1e-12, "closed form",
       [] {
         const Normalised n;
         double most = 0;
         for (std::size_t i = 0; i < n.after.size(); ++i)
           most = std::max(most, std::fabs(n.after[i] / n.before[i] / (n.after[0] / n.before[0]) - 1));
         return most;
       }},
      {"adaptive_threshold", "after 100 spikes and a pause of 1 s (mV)", expected_theta(), share, 1e-9, "closed form",
       theta},
  };
}

}  // namespace cajal::app
