#include <cmath>
#include <string>

#include "app/rule_bench.hpp"
#include "app/verify_nest.hpp"
#include "app/verify_rules.hpp"

namespace cajal::app {

namespace {

/// A window A exp(-t / tau), as it is found again in the changes of weights.
struct Window {
  double A = 0, tau = 0;
};

/// Fits log |change| by a line in the distance t, in ms.
Window fit(const std::vector<double>& t, const std::vector<double>& change) {
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double y = std::log(std::fabs(change[i]));
    n += 1, sx += t[i], sy += y, sxx += t[i] * t[i], sxy += t[i] * y;
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return {std::exp((sy - slope * sx) / n), -1 / slope};
}

/// The window of a rule, one side of it: pairs 1 to 60 ms apart, each on a synapse of its own. Weights of 1 mV.
Window window(const std::string& learn, bool pre_first) {
  SpikeTrains pre, post;
  std::vector<double> apart;
  for (double t = 1; t <= 60; t += 1) {
    apart.push_back(t);
    pre.push_back({pre_first ? 100.0 : 100 + t});
    post.push_back({pre_first ? 100 + t : 100.0});
  }
  RuleBench bench(paired_units(pre, post, "1 mV", learn));
  bench.run(170);
  std::vector<double> change = bench.weights("XE");
  for (double& w : change) w -= 1;
  return fit(apart, change);
}

const std::string additive =
    R"(rule = "stdp", w_max = "3 mV", lambda = 0.01, alpha = 1.2, mu_plus = 0, mu_minus = 0, tau_plus = "17 ms", )"
    R"(tau_minus = "34 ms")";

const std::string nest_keys =
    R"(rule = "stdp", w_max = "3 mV", lambda = 0.05, alpha = 1.1, tau_plus = "20 ms", tau_minus = "20 ms")";

}  // namespace

std::vector<RuleCheck> pair_rule_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view window_of = "Song, Miller & Abbott 2000, eq. 1";
  return {
      {"stdp", "window: tau_plus fitted back (ms)", 17, share, 0.01, window_of,
       [] { return window(additive, true).tau; }},
      {"stdp", "window: tau_minus fitted back (ms)", 34, share, 0.01, window_of,
       [] { return window(additive, false).tau; }},
      {"stdp", "window: A_plus = lambda w_max fitted back (mV)", 0.03, share, 0.01, window_of,
       [] { return window(additive, true).A; }},
      {"stdp", "window: A_minus = alpha lambda w_max (mV)", 0.036, share, 0.01, window_of,
       [] { return window(additive, false).A; }},
      {"stdp", "additive: furthest of 17 weights from NEST's", 0, difference, 1e-9, "NEST 3.10 stdp_synapse",
       [] { return furthest_from_nest(nest_stdp_additive, nest_keys + ", mu_plus = 0, mu_minus = 0"); }},
      {"stdp", "multiplicative: the same", 0, difference, 1e-9, "NEST 3.10 stdp_synapse",
       [] { return furthest_from_nest(nest_stdp_multiplicative, nest_keys + ", mu_plus = 1, mu_minus = 1"); }},
      {"stdp", "spikes that coincide: furthest of 5 weights", 0, difference, 1e-9, "NEST 3.10 stdp_synapse",
       [] { return furthest_from_nest(nest_stdp_coincidence, nest_keys + ", mu_plus = 1, mu_minus = 1"); }},
  };
}

}  // namespace cajal::app
