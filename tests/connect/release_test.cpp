#include "sim/connect/release.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/delivery.hpp"
#include "tests/catch.hpp"
#include "tests/whole_network.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// What arrives at `E.ex`, [step][unit], of a source of `sources` units that spikes at every step.
struct Arrivals {
  std::vector<std::vector<double>> at;

  Arrivals(double p, std::uint64_t seed, std::size_t units, std::int64_t steps, const std::string& more = "") {
    auto network = network_of<double>(
        fmt::format(
            "[node]\nin = {{ kind = \"series\", size = 1 }}\n"
            "E = {{ kind = \"lif\", size = {}, receptors = {{ ex = \"current\" }} }}\n"
            "[edge]\nX = {{ from = \"in\", to = \"E.ex\", weight = \"1 pA\", delay = \"1 ms\", release = {} {} }}\n",
            units, p, more),
        none_trained, 1, 0, seed);
    auto& in = dynamic_cast<Series<double>&>(*network->node("in"));
    in.values.assign(static_cast<std::size_t>(steps), 1.0);
    Clock<double> clock(*network, Plan{.dt = 1}, 1);
    clock.reset_all();
    Signal<double>& arrivals = network->node("E")->ports[0].arrivals;
    for (std::int64_t t = 0; t < steps; ++t) {
      clock.run({t, t + 1}, 1);
      if (t > 0) at.emplace_back(arrivals.at(t, 0), arrivals.at(t, 0) + units);
    }
    clock.count();
    delivered = network->sparse[0]->delivered;
  }
  std::uint64_t delivered = 0;
};

/// Correlation of two series of zeros and ones of probability p.
double correlation(const std::vector<double>& a, const std::vector<double>& b, double p) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - p) * (b[i] - p);
  return sum / (static_cast<double>(a.size()) * p * (1 - p));
}

}  // namespace

TEST_CASE("synapses release with their probability, independently of each other and of the past", "[connect]") {
  constexpr std::size_t units = 400;
  constexpr std::int64_t steps = 26;
  constexpr double p = 0.3, n = units * (steps - 1);
  std::vector<double> now, later, neighbour, self;
  double sum = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const Arrivals a(p, seed, units, steps);
    double released = 0;
    for (std::size_t t = 0; t < a.at.size(); ++t)
      for (std::size_t u = 0; u < units; ++u) {
        const double x = a.at[t][u];
        REQUIRE((x == 0 || x == 1));
        released += x;
        if (t > 0) now.push_back(a.at[t - 1][u]), later.push_back(x);
        if (u > 0) self.push_back(a.at[t][u - 1]), neighbour.push_back(x);
      }
    CHECK(a.delivered == static_cast<std::uint64_t>(released));
    // Five standard deviations of a binomial.
    CHECK(released == Approx(p * n).margin(5 * std::sqrt(n * p * (1 - p))));
    sum += (released - p * n) * (released - p * n) / (n * p * (1 - p));
  }
  // The sum of four squared deviations: chi-squared of 4, beyond 30 with probability 5e-6.
  CHECK(sum < 30);
  CHECK(sum > 0.01);
  CHECK(std::fabs(correlation(now, later, p)) < 5 / std::sqrt(static_cast<double>(now.size())));
  CHECK(std::fabs(correlation(self, neighbour, p)) < 5 / std::sqrt(static_cast<double>(self.size())));
}

TEST_CASE("the variance over synapses that end in one unit is that of a binomial", "[connect]") {
  // 50 synapses of one source to each of 200 units: counts of variance n p (1 - p).
  const Arrivals a(0.4, 5, 200, 41, ", connect = { rule = \"fixed_in_degree\", k = 50 }");
  double sum = 0, square = 0, n = 0;
  for (const auto& row : a.at)
    for (const double x : row) sum += x, square += x * x, ++n;
  const double mean = sum / n, variance = square / n - mean * mean;
  CHECK(mean == Approx(20).margin(5 * std::sqrt(12 / n)));
  // The variance of n counts has a relative deviation of about sqrt(2 / n).
  CHECK(variance == Approx(12).epsilon(5 * std::sqrt(2 / n)));
}

TEST_CASE("a probability of one or zero is exact", "[connect]") {
  for (const auto& row : Arrivals(1, 1, 50, 5).at)
    for (const double x : row) CHECK(x == 1);
  for (const auto& row : Arrivals(0, 1, 50, 5).at)
    for (const double x : row) CHECK(x == 0);
}

TEST_CASE("what is released differs between trials and does not depend on how it is asked", "[connect]") {
  const Release release(0.5, Stream(3, "edge.X.release"));
  const Release::Step forwards(release, 7, 0), backwards(release, 7, 0), other(release, 7, 1);
  std::vector<bool> a, b, c;
  for (std::uint32_t i = 0; i < 200; ++i) a.push_back(forwards.passes(i)), c.push_back(other.passes(i));
  for (std::uint32_t i = 200; i-- > 0;) b.insert(b.begin(), backwards.passes(i));
  CHECK(a == b);
  CHECK(a != c);
}
