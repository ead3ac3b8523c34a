#include <fmt/format.h>

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

/// The weight after these pre spikes and a post spike at 120 ms, with one scheme of pairs.
double paired(const std::vector<double>& pre, const std::string& pairs) {
  RuleBench bench(
      paired_units({pre}, {{120}}, "1 mV",
                   R"(rule = "stdp_additive", w_max = "3 mV", tau_plus = "20 ms", pairs = ")" + pairs + '"'));
  bench.run(150);
  return bench.weights("XE")[0];
}
double one_before(const std::string& pairs) { return paired({110}, pairs); }
double two_before(const std::string& pairs) { return paired({100, 110}, pairs); }

/// log2 of how much larger the change by one pair is at 2 mV than at 1 mV: an exponent of the weight.
double exponent(bool pre_first) {
  const SpikeTrains first{{100}}, second{{110}};
  const auto change = [&](double weight) {
    RuleBench bench(paired_units(pre_first ? first : second, pre_first ? second : first, fmt::format("{} mV", weight),
                                 R"(rule = "stdp_power", mu = 0.4)"));
    bench.run(120);
    return std::fabs(bench.weights("XE")[0] - weight);
  };
  return std::log2(change(2) / change(1));
}

/// The mean weight of 400 synapses whose two sides spike at random, 50 times a second and apart from each other.
double weight_at_random() {
  RuleBench bench(R"([node]
X = { kind = "poisson", size = 400, rate = "50 Hz" }
T = { kind = "poisson", size = 400, rate = "50 Hz" }
E = { kind = "lif", size = 400, E_L = "0 mV", V_reset = "0 mV", V_th = "1 V", t_ref = "0 ms", receptors = { input = "delta" } }
[edge]
XE = { from = "X", to = "E.input", connect = "one_to_one", weight = "0.7 mV", delay = "0.5 ms" }
TE = { from = "T", to = "E.input", connect = "one_to_one", weight = "5 V", delay = "0.5 ms" }
[learn]
rule = { rule = "stdp_power", on = "edge.XE", lambda = 0.02, alpha = 1.5, w_0 = "1 mV" }
)",
                  0.5);
  bench.run(10000);
  double sum = 0;
  for (const double w : bench.weights("XE")) sum += w;
  return sum / 400;
}

const std::string nest_keys =
    R"(rule = "stdp", w_max = "3 mV", lambda = 0.05, alpha = 1.1, tau_plus = "20 ms", tau_minus = "20 ms")";

}  // namespace

std::vector<RuleCheck> pair_rule_checks() {
  using enum RuleCheck::Bound;
  constexpr std::string_view window_of = "Song, Miller & Abbott 2000, eq. 1";
  constexpr std::string_view schemes = "Morrison, Diesmann & Gerstner 2008, 4.1.2";
  constexpr std::string_view power = "Morrison, Aertsen & Diesmann 2007, eq. 6";
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
      {"stdp_additive", "furthest of 17 weights from NEST's", 0, difference, 1e-9, "NEST 3.10 stdp_synapse",
       [] {
         return furthest_from_nest(nest_stdp_additive,
                                   R"(rule = "stdp_additive", w_max = "3 mV", A_plus = 0.05, A_minus = 0.055)");
       }},
      {"stdp_additive", "pairs = nearest: two pre spikes count as one", 0, difference, 1e-12, schemes,
       [] { return two_before("nearest") - one_before("nearest"); }},
      {"stdp_additive", "pairs = all: both count (mV)", 0.015 * std::exp(-20.0 / 20), difference, 1e-12, schemes,
       [] { return two_before("all") - one_before("all"); }},
      {"stdp_power", "potentiation: exponent of the weight, mu", 0.4, share, 0.01, power,
       [] { return exponent(true); }},
      {"stdp_power", "depression: exponent of the weight", 1, share, 0.01, power, [] { return exponent(false); }},
      // Where the mean changes cancel: r^2 lambda w_0^(1-mu) w^mu tau_plus = r^2 lambda alpha w tau_minus.
      {"stdp_power", "mean weight under independent spikes (mV)", std::pow(1.5, -1 / 0.6), share, 0.03, power,
       weight_at_random},
  };
}

}  // namespace cajal::app
