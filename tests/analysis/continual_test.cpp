#include "analysis/continual.hpp"

#include "analysis/learning_speed.hpp"
#include "analysis/sample_efficiency.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::analysis;

TEST_CASE("what is left of earlier tasks") {
  // By hand: three tasks.
  const Continual c = continual({{0.1, 0.2, 0.0}, {0.9, 0.3, 0.1}, {0.6, 0.8, 0.2}, {0.4, 0.5, 0.9}});
  CHECK(c.accuracy == Approx((0.4 + 0.5 + 0.9) / 3));
  CHECK(*c.forgetting == Approx(((0.9 - 0.4) + (0.8 - 0.5)) / 2));
  CHECK(*c.backward_transfer == Approx(((0.4 - 0.9) + (0.5 - 0.8)) / 2));
  CHECK(*c.forward_transfer == Approx(((0.3 - 0.2) + (0.2 - 0.0)) / 2));
}

TEST_CASE("one task has no others to forget") {
  const Continual c = continual({{0.5}, {1.0}});
  CHECK(c.accuracy == 1);
  CHECK_FALSE(c.forgetting);
  CHECK_THROWS_AS(continual({{0.5}}), Error);
  CHECK_THROWS_AS(continual({{0.5}, {1.0, 0.2}}), Error);
}

TEST_CASE("area over the logarithm of samples") {
  const std::vector<double> x{1, 10, 1000}, y{0, 1, 0.5};
  // Decades: one with mean 0.5, two with mean 0.75.
  CHECK(area_over_log(x, y) == Approx((0.5 + 2 * 0.75) / 3));
  CHECK_THROWS_AS(area_over_log(std::vector<double>{1, 1}, std::vector<double>{0, 0}), Error);
  CHECK_THROWS_AS(area_over_log(std::vector<double>{1}, std::vector<double>{0}), Error);
}

TEST_CASE("epochs until an accuracy") {
  CHECK(epochs_until(std::vector<double>{0.1, 0.9, 0.8}, 0.85) == 2u);
  CHECK_FALSE(epochs_until(std::vector<double>{0.1, std::nan("")}, 0.85));
}
