#include <fmt/format.h>

#include <cmath>

#include "app/rule_bench.hpp"
#include "app/verify_nest.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

/// The change of a weight of 1 mV by `pairs` pairs, so many a second, the post spike `lag` ms after the pre spike.
double by_pairs(double hertz, double lag, int pairs) {
  SpikeTrains pre(1), post(1);
  for (int k = 0; k < pairs; ++k) {
    pre[0].push_back(100 + std::round(k * 1000 / hertz));
    post[0].push_back(pre[0].back() + lag);
  }
  RuleBench bench(paired_units(pre, post, "1 mV", R"(rule = "triplet", preset = "visual_cortex", w_min = "-9 mV")"));
  bench.run(pre[0].back() + 50);
  return bench.weights("XE")[0] - 1;
}

/// The same of very many pairs, for each of them: the traces have come to their geometric series.
double at_last(double hertz, double lag) {
  constexpr double tau_plus = 16.8, tau_x = 101, tau_minus = 33.7, tau_y = 125;
  const double period = 1000 / hertz, d = std::fabs(lag);
  const auto before = [&](double tau) { return 1 / (std::exp(period / tau) - 1); };
  const auto seen = [&](double tau, bool first) {
    return first ? std::exp(-d / tau) * (1 + before(tau)) : std::exp(d / tau) * before(tau);
  };
  const double r1 = seen(tau_plus, lag > 0), o1 = seen(tau_minus, lag < 0);
  return r1 * (5e-10 + 6.2e-3 * before(tau_y)) - o1 * (7e-3 + 2.3e-4 * before(tau_x));
}

/// Of the last 20 of 100 pairs.
double found_at_last(double hertz, double lag) { return (by_pairs(hertz, lag, 100) - by_pairs(hertz, lag, 80)) / 20; }

/// Post spikes every 20 ms, 50 of them, then one pre spike 5 ms after the last.
double after_burst() {
  SpikeTrains post(1);
  for (int k = 0; k < 50; ++k) post[0].push_back(100 + 20 * k);
  RuleBench bench(paired_units({{1085}}, post, "1 mV", R"(rule = "triplet_metaplastic", w_min = "-9 mV")"));
  bench.run(1100);
  return bench.weights("XE")[0] - 1;
}

double expected_after_burst() {
  double h = 0, o1 = 0;
  for (int k = 0; k < 50; ++k) {
    h += std::exp(-(5.0 + 20 * k) / 1e4);
    o1 += std::exp(-(5.0 + 20 * k) / 33.7);
  }
  const double kappa = 3e-3;  // 1/ms
  return -6.5e-3 * 16.8 * 114 * (h / 1e4) * (h / 1e4) / (33.7 * kappa) * o1;
}

}  // namespace

std::vector<RuleCheck> triplet_rule_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view closed = "Pfister & Gerstner 2006, eqs. 2-5; series";
  constexpr std::string_view measured = "Sjostrom et al. 2001, as in fig. 3 of P. & G.";
  return {
      {"triplet", "furthest of 17 weights from NEST's", 0, difference, 1e-9, "NEST 3.10 stdp_triplet_synapse",
       [] { return furthest_from_nest(nest_triplet, R"(rule = "triplet", w_max = "100 mV", A2_plus = 0.005)"); }},
      {"triplet", "pairs at 20 Hz, +10 ms: change by each (mV)", at_last(20, 10), share, 1e-3, closed,
       [] { return found_at_last(20, 10); }},
      {"triplet", "pairs at 40 Hz, -10 ms: change by each (mV)", at_last(40, -10), share, 1e-3, closed,
       [] { return found_at_last(40, -10); }},
      {"triplet", "60 pairs at 1 Hz, +10 ms: nearly nothing (mV)", 0, difference, 0.05, measured,
       [] { return by_pairs(1, 10, 60); }},
      {"triplet", "60 pairs at 10 Hz, -10 ms: depression (mV)", -0.15, at_most, 0, measured,
       [] { return by_pairs(10, -10, 60); }},
      {"triplet", "60 pairs at 50 Hz, -10 ms: potentiation (mV)", 0.1, at_least, 0, measured,
       [] { return by_pairs(50, -10, 60); }},
      {"triplet_metaplastic", "depression after a burst of 50 Hz (mV)", expected_after_burst(), share, 1e-9,
       "Zenke et al. 2013; closed form", after_burst},
  };
}

}  // namespace cajal::app
