#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/random.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

/// The log of a binomial coefficient.
double log_choose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

/// Chi-square of draws against a distribution, as standard deviations from its mean; classes with few are joined.
double deviation(std::size_t count, const std::function<std::uint64_t(Draws&)>& draw,
                 const std::function<double(double)>& probability, std::uint64_t low, std::uint64_t high) {
  std::vector<double> seen(high - low + 1, 0);
  const Stream stream(3, "test.counts");
  for (std::size_t i = 0; i < count; ++i) {
    Draws draws(stream, i);
    const std::uint64_t k = draw(draws);
    REQUIRE(k >= low);
    REQUIRE(k <= high);
    ++seen[k - low];
  }
  double chi = 0, classes = 0, found = 0, expected = 0, all = 0;
  for (std::uint64_t k = low; k <= high; ++k) {
    found += seen[k - low];
    expected += static_cast<double>(count) * probability(static_cast<double>(k));
    if (expected < 20 || (k < high && static_cast<double>(count) - all - expected < 20)) continue;
    chi += (found - expected) * (found - expected) / expected;
    all += expected;
    found = expected = 0;
    ++classes;
  }
  if (expected > 0) chi += (found - expected) * (found - expected) / expected, ++classes, all += expected;
  REQUIRE(all == Approx(static_cast<double>(count)).epsilon(1e-6));
  REQUIRE(classes >= 2);
  return (chi - (classes - 1)) / std::sqrt(2 * (classes - 1));
}

double binomial_deviation(std::uint64_t n, double p) {
  const auto trials = static_cast<double>(n);
  return deviation(
      40000, [&](Draws& d) { return d.binomial(n, p); },
      [&](double k) { return std::exp(log_choose(trials, k) + k * std::log(p) + (trials - k) * std::log1p(-p)); }, 0,
      n);
}

double hypergeometric_deviation(std::uint64_t all, std::uint64_t marked, std::uint64_t drawn) {
  const auto a = static_cast<double>(all), m = static_cast<double>(marked), n = static_cast<double>(drawn);
  const std::uint64_t unmarked = all - marked;
  return deviation(
      40000, [&](Draws& d) { return d.hypergeometric(all, marked, drawn); },
      [&](double k) { return std::exp(log_choose(m, k) + log_choose(a - m, n - k) - log_choose(a, n)); },
      drawn > unmarked ? drawn - unmarked : 0, std::min(marked, drawn));
}

}  // namespace

TEST_CASE("binomial numbers have their distribution, by either method", "[random]") {
  CHECK(std::fabs(binomial_deviation(1, 0.3)) < 4);
  CHECK(std::fabs(binomial_deviation(9, 0.5)) < 4);
  CHECK(std::fabs(binomial_deviation(400, 0.01)) < 4);
  CHECK(std::fabs(binomial_deviation(20, 0.5)) < 4);  // the mean is 10: the least that is drawn by rejection
  CHECK(std::fabs(binomial_deviation(60, 0.8)) < 4);
  CHECK(std::fabs(binomial_deviation(1000, 0.2)) < 4);
  CHECK(std::fabs(binomial_deviation(5000, 0.999)) < 4);
}

TEST_CASE("binomial numbers of 4e10 trials have their mean and variance", "[random]") {
  const double n = 4e10;
  for (const double p : {1e-10, 1e-6, 0.5}) {
    const Stream stream(1, "test.counts");
    const double variance = n * p * (1 - p), draws = 4000;
    double sum = 0, squares = 0;
    for (double i = 0; i < draws; ++i) {
      Draws d(stream, static_cast<std::uint64_t>(i));
      const double x = static_cast<double>(d.binomial(40000000000u, p)) - n * p;
      sum += x;
      squares += x * x;
    }
    CHECK(std::fabs(sum) < 4 * std::sqrt(variance * draws));
    CHECK(squares / draws == Approx(variance).epsilon(4 * std::sqrt((2 + 1 / variance) / draws)));
  }
}

TEST_CASE("hypergeometric numbers have their distribution", "[random]") {
  CHECK(std::fabs(hypergeometric_deviation(10, 4, 5)) < 4);
  CHECK(std::fabs(hypergeometric_deviation(100, 90, 60)) < 4);
  CHECK(std::fabs(hypergeometric_deviation(2000, 1000, 300)) < 4);
  CHECK(std::fabs(hypergeometric_deviation(100000, 300, 20000)) < 4);
}

TEST_CASE("counts that are certain are not drawn", "[random]") {
  Draws draws(Stream(1, "test.counts"), 0);
  CHECK(draws.binomial(0, 0.5) == 0);
  CHECK(draws.binomial(7, 0) == 0);
  CHECK(draws.binomial(7, 1) == 7);
  CHECK(draws.hypergeometric(10, 0, 4) == 0);
  CHECK(draws.hypergeometric(10, 10, 4) == 4);
  CHECK(draws.hypergeometric(10, 4, 10) == 4);
  CHECK(draws.hypergeometric(0, 0, 0) == 0);
}
