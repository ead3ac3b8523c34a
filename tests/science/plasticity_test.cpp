// What the configs of configs/plasticity promise in their first lines.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tests/science/network_run.hpp"

using cajal::science::NetworkRun;

namespace {

std::string seed(int number) { return fmt::format("run.seed={}", number); }

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The share of values in each fifth of the way from 0 to `high`.
std::vector<double> fifths(const std::vector<double>& values, double high) {
  std::vector<double> out(5, 0.0);
  for (const double w : values)
    out[std::min<std::size_t>(4, static_cast<std::size_t>(5 * w / high))] += 1 / static_cast<double>(values.size());
  return out;
}

/// How two columns go together, from -1 to 1.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean(a)) * (b[i] - mean(b));
    aa += (a[i] - mean(a)) * (a[i] - mean(a));
    bb += (b[i] - mean(b)) * (b[i] - mean(b));
  }
  return ab / std::sqrt(aa * bb);
}

}  // namespace

TEST_CASE("triplets turn depression into potentiation as pairs come faster") {
  const NetworkRun run("triplet_frequency", {}, "plasticity");
  const std::vector<double> found = run.weights("synapse", "final");
  const std::vector<double> expected = {1.00, 1.13, 1.25, 1.53, 1.74, 0.69, 0.67, 0.65, 1.16, 1.73};
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(i);
    CHECK(found[i] == Approx(expected[i]).margin(0.006));
  }
}

TEST_CASE("STDP sorts a neuron's inputs into weak and strong ones", "[.long]") {
  for (int s = 1; s <= 3; ++s) {
    INFO("seed " << s);
    const NetworkRun run("song_miller_abbott", {seed(s)}, "plasticity");
    const auto before = fifths(run.weights("XE", "initial"), 0.2), after = fifths(run.weights("XE", "final"), 0.2);
    CHECK(before[0] + before[4] == Approx(0.4).margin(0.06));
    CHECK(after[0] + after[4] > 0.65);
    CHECK(std::min(after[0], after[4]) > 0.25);
    CHECK(std::max({after[1], after[2], after[3]}) < 0.15);
    CHECK(run.rate("E", 0, 1000) > 25);
    CHECK(run.measured("E", "rate") == Approx(20).margin(3));
    CHECK(run.measured("E", "isi_cv") > 0.7);
  }
}

TEST_CASE("inhibitory plasticity brings a network to its rate", "[.long]") {
  for (int s = 1; s <= 3; ++s) {
    INFO("seed " << s);
    const NetworkRun run("vogels_balance", {seed(s)}, "plasticity");
    CHECK(run.rate("E", 0, 100) > 20);
    CHECK(run.measured("E", "rate") == Approx(3).epsilon(0.05));
    CHECK(run.measured("E", "isi_cv") > 0.8);
    CHECK(std::fabs(run.measured("E", "correlation")) < 0.1);
  }
}

TEST_CASE("inhibition mirrors the tuning of excitation", "[.long]") {
  for (int s = 1; s <= 3; ++s) {
    INFO("seed " << s);
    const NetworkRun run("vogels_tuning", {seed(s)}, "plasticity");
    const std::vector<double> excitation = {0.06, 0.1, 0.18, 0.3, 0.36, 0.3, 0.18, 0.1};
    std::vector<double> inhibition;
    for (int channel = 1; channel <= 8; ++channel)
      inhibition.push_back(mean(run.weights(fmt::format("in{}", channel), "final")));
    CHECK(correlation(excitation, inhibition) > 0.9);
    CHECK(run.measured("N", "rate") == Approx(5).epsilon(0.1));
    CHECK(run.measured("N", "isi_cv") > 0.8);
  }
}

namespace {

/// How a neuron answers the showings of a pattern of 50 ms between two times, in ms.
struct Answers {
  double share = 0;    ///< of the showings in which it fired
  double latency = 0;  ///< median time of the first spike in them
  double other = 0;    ///< spikes a second outside of them

  Answers(const NetworkRun& run, double start, double stop) {
    const std::vector<double> shown = run.trace("shown", 0), spikes = run.spikes("E", start, stop);
    std::vector<double> first;
    double showings = 0, inside = 0;
    for (std::size_t i = 1; i < shown.size(); ++i) {
      const auto begin = static_cast<double>(i);
      if (shown[i] == 0 || shown[i - 1] != 0 || begin < start || begin + 55 > stop) continue;
      showings += 1;
      // A spike that the pattern causes comes at most one membrane time later.
      const auto from = std::upper_bound(spikes.begin(), spikes.end(), begin);
      const auto to = std::upper_bound(spikes.begin(), spikes.end(), begin + 55);
      inside += static_cast<double>(to - from);
      if (from != to) first.push_back(*from - begin);
    }
    share = static_cast<double>(first.size()) / showings;
    if (!first.empty()) {
      std::nth_element(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(first.size() / 2), first.end());
      latency = first[first.size() / 2];
    }
    other = (static_cast<double>(spikes.size()) - inside) / ((stop - start) * 1e-3);
  }
};

}  // namespace

TEST_CASE("a neuron finds a pattern that comes back, and answers it early", "[.long]") {
  for (int s = 1; s <= 3; ++s) {
    INFO("seed " << s);
    const NetworkRun run("latency", {seed(s)}, "plasticity");
    const Answers begin(run, 0, 1000), end(run, 40000, 50000);
    CHECK(begin.other > 20);
    CHECK(end.share > 0.95);
    CHECK(end.latency < 15);
    CHECK(end.other < 0.11);
  }
}

TEST_CASE("a bandit's best arm is chosen by reward alone", "[.long]") {
  for (int s = 1; s <= 3; ++s) {
    INFO("seed " << s);
    const NetworkRun run("bandit", {seed(s)}, "plasticity");
    CHECK(run.measured("environment", "best_choice") >= 0.9);
  }
}
