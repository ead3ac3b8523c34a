#include "analysis/permutation_importance.hpp"

#include <cmath>
#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::analysis;

namespace {

/// Rows of three standard normal features.
std::vector<float> normal_rows(std::size_t samples) {
  std::vector<float> x(3 * samples);
  Draws draws(Stream(5, "tests.permutation_importance"), 0);
  for (float& value : x) value = static_cast<float>(draws.normal());
  return x;
}

}  // namespace

TEST_CASE("shuffling a feature costs a linear answer twice its squared weight times the feature's variance",
          "[importance]") {
  // y = 2 a - b, answered right: E (w x - w x')^2 = 2 w^2 var x for independent x and x'.
  constexpr std::size_t samples = 4000;
  std::vector<float> x = normal_rows(samples);
  const std::vector<float> kept = x;
  const auto answer = [](const std::vector<float>& rows, std::size_t s) {
    return 2 * static_cast<double>(rows[3 * s]) - static_cast<double>(rows[3 * s + 1]);
  };
  const auto quality = [&] {
    double error = 0;
    for (std::size_t s = 0; s < samples; ++s) error += std::pow(answer(x, s) - answer(kept, s), 2);
    return -error / static_cast<double>(samples);
  };
  const Stream stream(1, "test");
  const auto importance = [&](std::vector<std::uint32_t> together, std::size_t repeats = 5) {
    return permutation_importance(x, 3, together, repeats, stream, 0, 0, quality);
  };
  // Relative deviations of the estimate of a variance from n samples: sqrt(2 / n), here 2.2 %.
  CHECK(importance({0}).mean == Approx(8).epsilon(0.1));
  CHECK(importance({1}).mean == Approx(2).epsilon(0.1));
  CHECK(importance({2}).mean == 0);
  CHECK(importance({0, 1}).mean == Approx(10).epsilon(0.1));
  CHECK(importance({0}).deviation > 0);
  CHECK(importance({0}, 1).deviation == 0);
  CHECK(importance({0}).mean == importance({0}).mean);
  CHECK(x == kept);
  CHECK_THROWS_AS(importance({0}, 0), Error);
  CHECK_THROWS_AS(importance({3}), Error);
}

TEST_CASE("a permutation moves each sample to each place equally often, and features together", "[importance]") {
  constexpr std::size_t samples = 4, repeats = 4000;
  std::vector<float> x{0, 10, 1, 11, 2, 12, 3, 13};
  std::vector<double> counts(samples * samples, 0.0);
  bool together = true;
  permutation_importance(x, 2, std::vector<std::uint32_t>{0, 1}, repeats, Stream(1, "test"), 0, 0, [&] {
    for (std::size_t s = 0; s < samples; ++s) {
      counts[s * samples + static_cast<std::size_t>(x[2 * s])] += 1;
      together = together && x[2 * s + 1] == x[2 * s] + 10;
    }
    return 0.0;
  });
  CHECK(together);
  // Each of 1,000 expected with a deviation of 27: four of them.
  for (const double count : counts) CHECK(std::fabs(count - 1000) < 110);
}
