#include "analysis/accuracy.hpp"

#include <cmath>
#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

TEST_CASE("accuracy is the share of equal classes") {
  const std::vector<std::int32_t> predicted = {1, 2, 0, -1}, label = {1, 2, 1, 1};
  const Accuracy found = accuracy(predicted, label);
  CHECK(found.correct == 2);
  CHECK(found.n == 4);
  CHECK(found.value == 0.5);
}

TEST_CASE("Wilson's interval of an even share is closed-form") {
  // At 1/2 the interval is 1/2 -+ z / (2 sqrt(n + z^2)).
  const Accuracy found = accuracy(50, 100);
  const double z = 1.959963984540054, half = z / (2 * std::sqrt(100 + z * z));
  CHECK(found.low == Approx(0.5 - half).epsilon(1e-14));
  CHECK(found.high == Approx(0.5 + half).epsilon(1e-14));
}

TEST_CASE("the ends of Wilson's interval solve its equation") {
  for (const auto& [correct, n] : {std::pair{97u, 100u}, {1u, 3u}, {9876u, 10000u}}) {
    const Accuracy found = accuracy(correct, n);
    for (const double p : {found.low, found.high})
      CHECK(std::abs(found.value - p) == Approx(1.959963984540054 * std::sqrt(p * (1 - p) / n)).epsilon(1e-10));
    CHECK(found.low < found.value);
    CHECK(found.high > found.value);
  }
}

TEST_CASE("Wilson's interval of none and all correct stays within 0 and 1") {
  const double z2 = 1.959963984540054 * 1.959963984540054;
  for (const std::size_t n : {1u, 7u, 1000u}) {
    const double far = z2 / (static_cast<double>(n) + z2);
    CHECK(accuracy(0, n).low == 0);
    CHECK(accuracy(0, n).high == Approx(far).epsilon(1e-12));
    CHECK(accuracy(n, n).high == 1);
    CHECK(accuracy(n, n).low == Approx(1 - far).epsilon(1e-12));
  }
}

TEST_CASE("accuracy refuses no samples and unequal counts") {
  const std::vector<std::int32_t> one = {1}, two = {1, 2}, none;
  CHECK_THROWS_AS(accuracy(0, 0), cajal::Error);
  CHECK_THROWS_AS(accuracy(2, 1), cajal::Error);
  CHECK_THROWS_AS(accuracy(one, two), cajal::Error);
  CHECK_THROWS_AS(accuracy(none, none), cajal::Error);
}
