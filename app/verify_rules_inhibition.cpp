#include <cmath>

#include "app/rule_bench.hpp"
#include "app/verify_nest.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

/// The mean rate in Hz, from 5 to 15 s, of 20 neurons that are driven too much, with plastic inhibitory inputs that
/// begin at nearly nothing. They are many: a single one must not keep the neuron from firing beside it.
double balanced_rate() {
  RuleBench bench(R"([node]
drive = { kind = "poisson", size = 20, rate = "10 kHz" }
X = { kind = "poisson", size = 500, rate = "40 Hz" }
E = { kind = "lif", size = 20, tau_m = "20 ms", E_L = "-60 mV", V_reset = "-60 mV", V_th = "-50 mV", t_ref = "5 ms", receptors = { ex = "delta", in = "delta" } }
[edge]
up = { from = "drive", to = "E.ex", connect = "one_to_one", weight = "0.1 mV", delay = "0.5 ms" }
XE = { from = "X", to = "E.in", connect = "all_to_all", weight = "-0.001 mV", delay = "0.5 ms" }
[learn]
rule = { rule = "vogels", on = "edge.XE", rho0 = "5 Hz", eta = "5e-4 mV", w_min = "-5 mV", w_max = "0 mV" }
)",
                  0.5);
  const auto spikes = [&] {
    double sum = 0;
    for (const double n : bench.spikes("E")) sum += n;
    return sum;
  };
  bench.run(5000);
  const double before = spikes();
  bench.run(15000);
  return (spikes() - before) / 20 / 10;
}

}  // namespace

std::vector<RuleCheck> inhibition_checks() {
  using enum RuleCheck::Bound;
  return {
      {"vogels", "furthest of 17 weights from NEST's", 0, difference, 1e-9, "NEST 3.10 vogels_sprekeler_synapse",
       [] {
         return furthest_from_nest(nest_vogels, R"(rule = "vogels", w_max = "5 mV", eta = "0.01 mV", rho0 = "3 Hz")");
       }},
      {"vogels", "rate of 20 neurons with plastic inhibition (Hz)", 5, share, 0.05, "Vogels et al. 2011",
       balanced_rate},
  };
}

}  // namespace cajal::app
