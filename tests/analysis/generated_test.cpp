#include "analysis/generated.hpp"

#include <cmath>
#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;

TEST_CASE("confidence and coverage of generated samples are those of hand counts", "[analysis]") {
  // Softmax of (ln 3, 0): 3/4; of (0, ln 9): 9/10.
  const std::vector<double> logits{std::log(3.0), 0, 0, std::log(9.0)};
  const auto both = analysis::generated(logits, 2);
  CHECK(both.confidence == Approx((0.75 + 0.9) / 2));
  CHECK(both.coverage == 1);
  const std::vector<double> one{1000, 0, 0, 0, 1000, 0, 0, 0};
  const auto collapsed = analysis::generated(std::span(one).first(4), 4);
  CHECK(collapsed.confidence == Approx(1));
  CHECK(collapsed.coverage == 0.25);
  CHECK_THROWS_AS(analysis::generated(one, 3), Error);
  CHECK_THROWS_AS(analysis::generated({}, 3), Error);
}
