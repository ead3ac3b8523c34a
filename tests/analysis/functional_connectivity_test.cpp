#include "analysis/functional_connectivity.hpp"

#include <cmath>
#include <vector>

#include "sim/error.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::analysis;

TEST_CASE("functional connectivity is Pearson's correlation of each pair") {
  // Anscombe's first data set: r = 0.81642; the third unit is the second upside down.
  const double x[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
  const double y[] = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  std::vector<float> rows;
  for (std::size_t i = 0; i < 11; ++i)
    for (const double v : {x[i], y[i], -2 * y[i] + 3}) rows.push_back(static_cast<float>(v));
  const auto got = functional_connectivity(rows, 3);
  CHECK(got.correlation[1] == Approx(0.81642).margin(5e-6));
  CHECK(got.correlation[2] == Approx(-0.81642).margin(5e-6));
  CHECK(got.correlation[5] == Approx(-1));
  CHECK(got.correlation[0] == 1);
  CHECK(got.correlation[3] == got.correlation[1]);
  CHECK(got.pairs == 3);
  CHECK(*got.mean == Approx(-1.0 / 3));
}

TEST_CASE("a unit that is constant has no functional connectivity") {
  // 0.1 is rounded in single precision: its deviations from the mean are no signal.
  std::vector<float> rows;
  for (int t = 0; t < 50; ++t)
    for (const float v : {0.1f, static_cast<float>(t), static_cast<float>(t * t)}) rows.push_back(v);
  const auto got = functional_connectivity(rows, 3);
  CHECK(std::isnan(got.correlation[0]));
  CHECK(std::isnan(got.correlation[1]));
  CHECK(got.pairs == 1);
  CHECK(*got.mean == got.correlation[5]);
  CHECK_FALSE(fit(got, std::vector<double>(9, 0.5)));
  const auto all = functional_connectivity(std::vector<float>(10, 0.1f), 2);
  CHECK(all.pairs == 0);
  CHECK_FALSE(all.mean);
}

TEST_CASE("a network that shares a cause has the connectivity of its shares") {
  // x_i = a_i z + sqrt(1 - a_i^2) noise: correlation a_i a_j, with a deviation of at most 1 / sqrt(rows).
  const std::vector<double> share{0.9, 0.6, 0.3, 0.1};
  const Stream stream(3, "tests.functional_connectivity");
  std::vector<float> rows;
  for (std::uint64_t t = 0; t < 4000; ++t) {
    Draws draws(stream, t);
    const double common = draws.normal();
    for (const double a : share) rows.push_back(static_cast<float>(a * common + std::sqrt(1 - a * a) * draws.normal()));
  }
  const auto got = functional_connectivity(rows, 4);
  std::vector<double> expected(16, 0.0);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      expected[i * 4 + j] = share[i] * share[j];
      if (i != j) CHECK(got.correlation[i * 4 + j] == Approx(expected[i * 4 + j]).margin(4 / std::sqrt(4000.0)));
    }
  CHECK(*fit(got, expected) > 0.98);
  for (double& e : expected) e = 3 - 2 * e;
  CHECK(*fit(got, expected) < -0.98);
  expected[1] = NAN;
  CHECK(fit(got, expected));
}

TEST_CASE("functional connectivity refuses what it cannot correlate") {
  CHECK_THROWS_AS(functional_connectivity(std::vector<float>{1, 2, 3}, 2), Error);
  CHECK_THROWS_AS(functional_connectivity(std::vector<float>{1, 2}, 2), Error);
  CHECK_THROWS_AS(functional_connectivity({}, 0), Error);
  CHECK_THROWS_AS(functional_connectivity(std::vector<float>{1, 2, NAN, 4}, 2), Error);
  const auto good = functional_connectivity(std::vector<float>{1, 2, 3, 5}, 2);
  CHECK_THROWS_AS(fit(good, std::vector<double>(9)), Error);
}
