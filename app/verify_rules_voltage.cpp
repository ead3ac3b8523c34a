#include <fmt/format.h>

#include <cmath>

#include "app/rule_bench.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

/// The change by one pre spike where the postsynaptic voltage stands still at so many mV.
double at_voltage(double V) {
  RuleBench bench(fmt::format(R"([node]
X = {{ kind = "spikes", times = ["300 ms"] }}
E = {{ kind = "lif", size = 1, C_m = "1e9 pF", E_L = "{0} mV", V_reset = "{0} mV", V_th = "0 mV", init = {{ V_m = "{0} mV" }}, receptors = {{ input = {{ kind = "exponential_current", tau_syn = "2 ms" }} }} }}
[edge]
XE = {{ from = "X", to = "E.input", weight = "0.5 pA", delay = "0.1 ms" }}
[learn]
rule = {{ rule = "clopath", on = "edge.XE" }}
)",
                              V));
  bench.run(600);
  return bench.weights("XE")[0] - 0.5;
}

/// The change by 30 pairs, so many a second, the post spike `lag` ms after the pre spike.
double by_pairs(double hertz, double lag) {
  SpikeTrains pre(1), post(1);
  for (int k = 0; k < 30; ++k) {
    pre[0].push_back(100 + std::round(k * 1000 / hertz));
    post[0].push_back(pre[0].back() + lag);
  }
  // All voltages of the paper 70.6 mV higher, as the units rest at 0 mV; they stay depolarised after a spike.
  RuleBench bench(paired_units(pre, post, "0.5 mV",
                               R"(rule = "clopath", w_min = "-9 mV", w_max = "9 mV", theta_minus = "0 mV", )"
                               R"(theta_plus = "25.3 mV", V_clamp = "103.6 mV")",
                               "0.1 ms", "", "", "21 mV"));
  bench.run(pre[0].back() + 100);
  return bench.weights("XE")[0] - 0.5;
}

}  // namespace

std::vector<RuleCheck> voltage_rule_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view closed = "Clopath et al. 2010, eqs. 1-3; closed form";
  constexpr std::string_view figure = "Clopath et al. 2010, fig. 2";
  constexpr double low = -50 + 70.6, high = -40 + 70.6, above = -40 + 45.3;
  return {
      {"clopath", "a pre spike at -50 mV: -A_LTD (V - theta_minus)", -14e-5 * low, share, 1e-6, closed,
       [] { return at_voltage(-50); }},
      // The trace x has the integral 1.
      {"clopath", "at -40 mV: the same and A_LTP times both excesses", -14e-5 * high + 8e-5 * high * above, share, 0.01,
       closed, [] { return at_voltage(-40); }},
      {"clopath", "30 pairs at 50 Hz, +10 ms: potentiation (mV)", 0, at_least, 0, figure,
       [] { return by_pairs(50, 10); }},
      {"clopath", "at 50 Hz, -10 ms: potentiation too (mV)", 0, at_least, 0, figure, [] { return by_pairs(50, -10); }},
      {"clopath", "at 10 Hz, -10 ms: depression (mV)", 0, at_most, 0, figure, [] { return by_pairs(10, -10); }},
  };
}

}  // namespace cajal::app
