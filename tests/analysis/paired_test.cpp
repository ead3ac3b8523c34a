#include "analysis/paired.hpp"

#include <cmath>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::analysis;

TEST_CASE("intervals of means are those of Student's tables") {
  // t at 97.5 %, n - 1 degrees of freedom: Fisher & Yates, Statistical Tables, table III.
  CHECK(mean_interval(1, 2) == Approx(12.706 / std::sqrt(2)).epsilon(1e-4));
  CHECK(mean_interval(1, 3) == Approx(4.303 / std::sqrt(3)).epsilon(1e-4));
  CHECK(mean_interval(2, 11) == Approx(2 * 2.228 / std::sqrt(11)).epsilon(1e-3));
  CHECK_THROWS_AS(mean_interval(1, 1), Error);
}

TEST_CASE("a paired difference is that of the pairs") {
  const std::vector<double> a{5, 7, 9}, b{4, 5, 6};
  const auto d = paired_difference(a, b);
  REQUIRE(d);
  CHECK(d->mean == Approx(2));
  CHECK(d->high == Approx(2 + 4.302653 / std::sqrt(3)).epsilon(1e-5));
  CHECK(d->low == Approx(2 - 4.302653 / std::sqrt(3)).epsilon(1e-5));
  // d / s = 2, J = 1 - 3 / 7
  CHECK(*d->effect == Approx(2 * 4.0 / 7));
  CHECK_FALSE(paired_difference(std::vector<double>{1}, std::vector<double>{2}));
  CHECK_FALSE(paired_difference(a, std::vector<double>{4, 6, 8})->effect);
  CHECK_THROWS_AS(paired_difference(a, std::vector<double>{1, 2}), Error);
}

TEST_CASE("the best learner is compared with each other one, over the seeds that both have") {
  std::vector<Measured> rows;
  const auto add = [&](const char* learner, const char* measure, std::uint64_t seed, double value) {
    rows.push_back({learner, measure, "", seed, value, 0, 0, 1});
  };
  add("a", "test_accuracy", 1, 0.8);
  add("a", "test_accuracy", 2, 0.82);
  add("b", "test_accuracy", 1, 0.9);
  add("b", "test_accuracy", 2, 0.91);
  add("b", "test_accuracy", 3, 0.95);
  add("a", "test_accuracy", 3, 0.86);
  add("a", "operations_effective", 1, 10);
  add("a", "operations_effective", 2, 12);
  add("b", "operations_effective", 1, 30);
  add("b", "operations_effective", 2, 30);
  // Nobody wins a rate; and parameters that are the same in every run leave nothing to chance.
  for (const std::uint64_t seed : {1, 2}) {
    add("a", "rate", seed, 10.0 * static_cast<double>(seed));
    add("b", "rate", seed, 5);
    add("a", "parameters", seed, 100);
    add("b", "parameters", seed, 200);
  }
  const auto out = paired_differences(rows);
  REQUIRE(out.size() == 3);
  CHECK(out[0].learner == "b");
  CHECK(out[0].measure == "difference_test_accuracy");
  CHECK(out[0].part == "a");
  CHECK(out[0].value == Approx((0.1 + 0.09 + 0.09) / 3));
  CHECK(out[0].n == 3);
  CHECK(out[1].measure == "effect_test_accuracy");
  CHECK(out[2].learner == "a");
  CHECK(out[2].value == Approx(-19));
}
