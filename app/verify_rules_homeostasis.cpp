#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/learner_bench.hpp"
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

/// 40 neurons that some 100 random inputs drive too much: what they come to under an entry of `[learn]`, in Hz, over
/// the last half of a time in ms; the weights of their inputs.
struct Driven {
  double rate = 0;
  std::vector<double> before, after;

  Driven(const std::string& entry, double time) {
    const auto config = [](const std::string& learn) {
      return R"([node]
X = { kind = "poisson", size = 100, rate = "50 Hz" }
E = { kind = "lif", size = 40, tau_m = "20 ms", E_L = "-60 mV", V_reset = "-60 mV", V_th = "-50 mV", t_ref = "2 ms", receptors = { input = "delta" } }
[edge]
XE = { from = "X", to = "E.input", connect = "all_to_all", weight = { uniform = ["0.1 mV", "0.3 mV"] }, delay = "0.5 ms" }
[learn]
)" + learn;
    };
    RuleBench bench(config(entry), 0.5);
    before = bench.weights("XE");
    bench.run(time / 2);
    const double first = sum(bench.spikes("E"));
    bench.run(time);
    rate = (sum(bench.spikes("E")) - first) / 40 / (time / 2) * 1e3;
    after = bench.weights("XE");
  }
  static double sum(const std::vector<double>& x) { return std::accumulate(x.begin(), x.end(), 0.0); }
};

const Driven& scaled() {
  static const Driven d(
      R"(rule = { rule = "scaling", on = "edge.XE", rate = "5 Hz", tau = "20 s", tau_rate = "500 ms", every = "100 ms" }
)",
      20000);
  return d;
}

/// How much the ratio of two weights onto one unit changes at most: of the synapses of each unit j with its first one.
double ratios_of_scaled() {
  const Driven& d = scaled();
  double most = 0;
  for (std::size_t i = 1; i < 100; ++i)
    for (std::size_t j = 0; j < 40; ++j) {
      const std::size_t here = 40 * i + j;
      most = std::max(most, std::fabs(d.after[here] / d.before[here] / (d.after[j] / d.before[j]) - 1));
    }
  return most;
}

/// Of 200 weights onto 20 units, half of which Hebb's rule drives below 0: those that are there.
double below_zero(const std::string& entry) {
  const std::string config =
      dense_layer("linear", 20, "{ uniform = [0, 0.1] }", R"(rule = "hebb", rate = 0.01)") + entry;
  double wrong = 0;
  for (const auto& row : LearnerBench(config, 5, {{2, -1, 3, -2, 4, -3, 5, -4, 6, -5}}).weights("w"))
    for (const double w : row) wrong += w < 0;
  return wrong;
}

/// The threshold of a unit, from 0 on, after three presentations to which it is active, where 0.1 is aimed at.
double foldiak() {
  const std::string config =
      dense_layer("sigmoid_rate", 1, "0.3", R"(rule = "hebb", rate = 1e-12)") +
      "theta = { rule = \"foldiak_threshold\", on = \"node.Y\", rate = 0.02, p = 0.1, binary_above = -1 }\n";
  return LearnerBench(config, 3, {{0.5, 2}}).state("theta").at(0);
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
      {"scaling", "rate of 40 neurons that were driven too much (Hz)", 5, share, 0.05, "van Rossum et al. 2000",
       [] { return scaled().rate; }},
      {"scaling", "ratios of weights: largest relative change", 0, difference, 1e-9, "Turrigiano et al. 1998",
       ratios_of_scaled},
      {"dale", "of 200 weights below 0 without it", 50, at_least, 0, "Hebb's rule", [] { return below_zero(""); }},
      {"dale", "with it", 0, at_most, 0, "definition",
       [] { return below_zero("dale = { rule = \"dale\", on = \"edge.w\" }\n"); }},
      {"intrinsic", "rate of 40 neurons that were driven too much (Hz)", 5, share, 0.05, "Lazar et al. 2009",
       [] {
         return Driven(R"(rule = { rule = "intrinsic", on = "node.E", rate = "5 Hz", eta = "0.2 mV" })", 20000).rate;
       }},
      {"foldiak_threshold", "three trials: 3 rate (1 - p)", 3 * 0.02 * 0.9, difference, 1e-9,
       "Foldiak 1990; closed form", foldiak},
      {"adaptive_threshold", "after 100 spikes and a pause of 1 s (mV)", expected_theta(), share, 1e-9, "closed form",
       theta},
  };
}

}  // namespace cajal::app
