#include "models/inputs/poisson_counts.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/catch.hpp"

using namespace cajal;

namespace {

/// P(N <= k) = Q(k + 1, mean), by the incomplete gamma function.
double cumulative(double mean, double k) { return boost::math::gamma_q(k + 1, mean); }
double probability(double mean, double k) { return boost::math::gamma_p_derivative(k + 1, mean); }

/// The count of a unit by its definition: all 64 bits of its draw, inverted.
std::uint32_t inverted(const Stream& stream, std::uint64_t key, std::size_t unit, const PoissonDistribution& p) {
  const Stream::Block block = stream.bits(unit / 128 * 16 + unit % 32 / 2, key);
  const std::uint64_t leading = block[unit % 128 / 32] >> (unit % 2 * 16) & 0xffffU;
  const Stream::Block more = stream.bits(std::uint64_t{1} << 63 | unit, key);
  return p.count(leading << 48 | std::uint64_t{more[0] & 0xffffU} << 32 | more[1]);
}

/// How often each count was drawn.
std::vector<double> histogram(const PoissonCounts& counts, std::uint64_t seed, std::size_t units, std::uint64_t steps) {
  const Stream stream(seed, "tests.poisson");
  std::vector<float> out(units);
  std::vector<double> found;
  for (std::uint64_t t = 0; t < steps; ++t) {
    counts.draw(stream, t, 0, units, out.data());
    for (const float x : out) {
      const auto k = static_cast<std::size_t>(x);
      if (k >= found.size()) found.resize(k + 1);
      ++found[k];
    }
  }
  return found;
}

/// Pearson's chi-square over classes of at least 10 expected draws, as the number of standard deviations from its mean
/// (Wilson & Hilferty 1931).
double chi_square_deviation(const std::vector<double>& found, double mean, double draws) {
  double chi = 0, classes = 0, expected = 0, observed = 0, left_expected = draws, left_observed = draws;
  const auto close = [&](double e, double o) {
    chi += (o - e) * (o - e) / e;
    ++classes;
  };
  for (std::size_t k = 0; left_expected > 20 && k < 2000; ++k) {
    expected += draws * probability(mean, static_cast<double>(k));
    observed += k < found.size() ? found[k] : 0;
    if (expected < 10 || left_expected - expected < 10) continue;
    close(expected, observed);
    left_expected -= expected;
    left_observed -= observed;
    expected = observed = 0;
  }
  close(left_expected, left_observed);
  const double freedom = classes - 1;
  return (std::cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / std::sqrt(2 / (9 * freedom));
}

}  // namespace

TEST_CASE("the table of a Poisson distribution is its distribution function", "[poisson]") {
  for (const double mean : {1e-9, 0.001, 0.3, 1.0, 1.6, 7.5, 20.0, 55.5, 500.0}) {
    const PoissonDistribution p(mean);
    INFO(mean);
    double worst = 0;
    for (std::size_t i = 0; i < p.cumulative().size(); ++i) {
      const double expected = cumulative(mean, static_cast<double>(p.first()) + static_cast<double>(i));
      worst = std::max(worst, std::fabs(static_cast<double>(p.cumulative()[i]) * 0x1p-64 - expected));
    }
    // What the reference itself errs by.
    CHECK(worst < 2e-13);
    // Both tails reach to the resolution of 64 bits.
    const double last = static_cast<double>(p.first()) + static_cast<double>(p.cumulative().size());
    CHECK(boost::math::gamma_p(last + 1, mean) < 0x1p-63);
    CHECK(boost::math::gamma_p(last, mean) > 0x1p-65);
    if (p.first() > 0) CHECK(cumulative(mean, p.first() - 1.0) < 0x1p-64);
    CHECK(p.count(0) == p.first());
    CHECK(p.count(~std::uint64_t{0}) == static_cast<std::uint32_t>(last));
  }
  for (const long double mean : {1e-9L, 0.25L, 1.0L, 1.5L, 8.0L}) {
    const PoissonDistribution p(static_cast<double>(mean));
    const long double exact = static_cast<double>(mean);
    long double term = std::exp(-exact), sum = term, worst = 0;
    for (std::size_t k = 1; k <= p.first(); ++k) sum += term *= exact / static_cast<long double>(k);
    for (std::size_t i = 0; i < p.cumulative().size(); ++i) {
      worst = std::max(worst, std::fabs(static_cast<long double>(p.cumulative()[i]) - sum * 0x1p64L));
      sum += term *= exact / static_cast<long double>(p.first() + i + 1);
    }
    CHECK(worst <= 16);
  }
  CHECK(PoissonDistribution(0).count(~std::uint64_t{0}) == 0);
}

TEST_CASE("counts are the inversion of 64 bits, whichever way they are found", "[poisson]") {
  const Stream stream(3, "tests.poisson");
  constexpr std::size_t units = 1024;
  std::vector<double> out(units);
  for (const double mean : {0.002, 0.1, 1.6, 9.0, 20.0, 40.0, 70.0, 300.0}) {
    const PoissonDistribution p(mean);
    const PoissonCounts shared(mean), each(std::vector<double>(units, mean));
    std::size_t wrong = 0;
    for (std::uint64_t key = 0; key < 10; ++key)
      for (const PoissonCounts* counts : {&shared, &each}) {
        counts->draw(stream, key, 0, units, out.data());
        for (std::size_t u = 0; u < units; ++u) wrong += out[u] != inverted(stream, key, u, p);
      }
    INFO(mean);
    CHECK(wrong == 0);
  }
}

TEST_CASE("bits equal to a threshold are told apart by further ones", "[poisson]") {
  // With so many draws some hundreds are undecided by their leading 16 bits.
  const Stream stream(4, "tests.poisson");
  const PoissonDistribution p(5);
  const PoissonCounts counts(5.0);
  std::vector<float> out(4096);
  std::size_t undecided = 0, wrong = 0;
  for (std::uint64_t key = 0; key < 40; ++key) {
    counts.draw(stream, key, 0, out.size(), out.data());
    for (std::size_t u = 0; u < out.size(); ++u) {
      const Stream::Block block = stream.bits(u / 128 * 16 + u % 32 / 2, key);
      const std::uint64_t leading = block[u % 128 / 32] >> (u % 2 * 16) & 0xffffU;
      if (p.count(leading << 48) == p.count(leading << 48 | 0xffffffffffffU)) continue;
      ++undecided;
      wrong += static_cast<double>(out[u]) != inverted(stream, key, u, p);
    }
  }
  CHECK(undecided > 30);
  CHECK(wrong == 0);
}

TEST_CASE("counts of units follow Poisson's distribution with its tails", "[poisson]") {
  for (const double mean : {1e-4, 0.0015, 0.01, 0.1, 0.7, 1.6, 4.0, 12.0, 20.0, 55.0, 90.0, 500.0}) {
    const PoissonCounts counts(mean);
    double sum = 0;
    for (const std::uint64_t seed : {1, 2, 3}) {
      constexpr std::size_t units = 10000, steps = 40;
      const double deviation = chi_square_deviation(histogram(counts, seed, units, steps), mean, units * steps);
      INFO(mean << ", seed " << seed);
      CHECK(std::fabs(deviation) < 4);
      sum += deviation;
    }
    INFO(mean);
    CHECK(std::fabs(sum) < 3.5 * std::sqrt(3));
  }
}

TEST_CASE("units with means of their own follow Poisson's distribution", "[poisson]") {
  const double kinds[] = {0.0, 0.02, 1.6, 20.0, 3.0};
  std::vector<double> means(5000);
  for (std::size_t u = 0; u < means.size(); ++u) means[u] = kinds[u % 5];
  const PoissonCounts counts(means);
  const Stream stream(9, "tests.poisson");
  std::vector<float> out(5008);
  std::vector<std::vector<double>> found(5, std::vector<double>(200));
  for (std::uint64_t t = 0; t < 60; ++t) {
    counts.draw(stream, t, 0, out.size(), out.data());
    for (std::size_t u = 0; u < means.size(); ++u) ++found[u % 5][static_cast<std::size_t>(out[u])];
  }
  CHECK(found[0][0] == 60000);
  for (std::size_t k = 1; k < 5; ++k) {
    INFO(kinds[k]);
    CHECK(std::fabs(chi_square_deviation(found[k], kinds[k], 60000)) < 4);
  }
}

TEST_CASE("counts of units, of steps and of seeds are uncorrelated", "[poisson]") {
  constexpr std::size_t units = 20000;
  for (const double mean : {0.001, 1.0}) {
    const PoissonCounts counts(mean);
    std::vector<double> now(units), later(units), other(units);
    counts.draw(Stream(1, "a"), 5, 0, units - units % 16, now.data());
    counts.draw(Stream(1, "a"), 6, 0, units - units % 16, later.data());
    counts.draw(Stream(2, "a"), 5, 0, units - units % 16, other.data());
    double across = 0, in_time = 0, seeds = 0;
    for (std::size_t u = 0; u + 1 < units; ++u) {
      across += (now[u] - mean) * (now[u + 1] - mean);
      in_time += (now[u] - mean) * (later[u] - mean);
      seeds += (now[u] - mean) * (other[u] - mean);
    }
    const double limit = 5 * mean * std::sqrt(static_cast<double>(units)) + 1;
    CHECK(std::fabs(across) < limit);
    CHECK(std::fabs(in_time) < limit);
    CHECK(std::fabs(seeds) < limit);
  }
}

TEST_CASE("what a unit draws does not depend on which others are drawn", "[poisson]") {
  const Stream stream(1, "tests.slices");
  constexpr std::size_t units = 3008;
  std::vector<double> by_unit(units);
  for (std::size_t u = 0; u < units; ++u) by_unit[u] = static_cast<double>(u % 7);
  for (const PoissonCounts& counts :
       {PoissonCounts(0.0015), PoissonCounts(1.6), PoissonCounts(80.0), PoissonCounts(by_unit)}) {
    std::vector<float> whole(units), parts(units, -1);
    counts.draw(stream, 4, 0, units, whole.data());
    const std::size_t cuts[] = {0, 16, 48, 1040, 1056, 2000, 2896, units};
    for (std::size_t i = 0; i + 1 < std::size(cuts); ++i) counts.draw(stream, 4, cuts[i], cuts[i + 1], parts.data());
    CHECK(parts == whole);
  }
}
