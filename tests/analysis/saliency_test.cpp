#include "analysis/saliency.hpp"

#include <cmath>
#include <numeric>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::analysis;

TEST_CASE("integrated gradients of a polynomial are its parts, and sum to what it gains over nothing", "[saliency]") {
  // S = a^3 + 2 b^2 + a b. Along t (a, b): a (a^2 + b / 2) and b (2 b + a / 2).
  const auto gradient = [](std::span<const float> rows) {
    std::vector<double> out;
    for (std::size_t i = 0; i < rows.size(); i += 2) {
      const double a = static_cast<double>(rows[i]), b = static_cast<double>(rows[i + 1]);
      out.insert(out.end(), {3 * a * a + b, 4 * b + a});
    }
    return out;
  };
  const std::vector<float> x{1.5f, -0.75f};
  const double a = 1.5, b = -0.75;
  const std::vector<double> found = integrated_gradients(x, 200, gradient);
  CHECK(found[0] == Approx(a * (a * a + b / 2)).epsilon(1e-5));
  CHECK(found[1] == Approx(b * (2 * b + a / 2)).epsilon(1e-5));
  CHECK(found[0] + found[1] == Approx(a * a * a + 2 * b * b + a * b).epsilon(1e-5));
  SECTION("the midpoint rule errs by the square of the step") {
    const auto error = [&](std::size_t steps) {
      return std::fabs(integrated_gradients(x, steps, gradient)[0] - a * (a * a + b / 2));
    };
    CHECK(error(4) / error(8) == Approx(4).epsilon(0.01));
  }
  SECTION("and what does not fit is refused") {
    CHECK_THROWS_AS(integrated_gradients(x, 0, gradient), Error);
    CHECK_THROWS_AS(integrated_gradients(x, 3, [](auto) { return std::vector<double>{1.0}; }), Error);
    CHECK_THROWS_AS(gradient_times_input(x, std::vector<double>{1.0}), Error);
  }
}
