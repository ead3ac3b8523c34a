#include "analysis/sparsity.hpp"

#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

TEST_CASE("sparsity is the share of zeros over all that was counted") {
  const std::vector<float> layer = {0, 1, -0.0f, 0.5f, 0, 0};
  const std::vector<double> other = {-1, 0};
  ActivationCount count;
  count.add(std::span<const float>(layer));
  ActivationCount more;
  more.add(std::span<const double>(other));
  count.add(more);
  CHECK(count.nonzero == 3);
  CHECK(count.total == 8);
  CHECK(activation_sparsity(count) == 0.625);
  CHECK(activation_sparsity({0, 5}) == 1);
  CHECK(activation_sparsity({5, 5}) == 0);
}

TEST_CASE("sparsity refuses counts that cannot be") {
  CHECK_THROWS_AS(activation_sparsity({0, 0}), cajal::Error);
  CHECK_THROWS_AS(activation_sparsity({3, 2}), cajal::Error);
}
