#include "sim/number/activation_functions.hpp"

#include <cmath>

#include "tests/catch.hpp"

using namespace cajal;

namespace {

/// The largest error of single numbers in packs, relative to `scale(x)`.
template <class Function, class Reference>
double single_error(Function function, Reference reference, double low, double high) {
  using P = Pack<float, 16>;
  double worst = 0;
  for (int i = 0; i < 4000; i += 16) {
    alignas(64) float x[16], y[16];
    for (int k = 0; k < 16; ++k) x[k] = static_cast<float>(low + (high - low) * (i + k) / 4000);
    function(P::load(x)).store(y);
    for (int k = 0; k < 16; ++k) {
      const double expected = reference(static_cast<double>(x[k]));
      worst = std::max(worst, std::fabs(static_cast<double>(y[k]) / expected - 1));
    }
  }
  return worst;
}

template <class Function, class Reference>
double double_error(Function function, Reference reference, double low, double high) {
  double worst = 0;
  for (int i = 0; i < 4000; ++i) {
    const double x = low + (high - low) * i / 4000;
    worst = std::max(worst, std::fabs(function(x) / reference(x) - 1));
  }
  return worst;
}

const auto cdf = [](auto x) { return normal_cdf(x); };
const auto soft = [](auto x) { return softplus(x); };
double exact_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
double exact_soft(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

}  // namespace

TEST_CASE("the normal distribution function is accurate, in the tail too") {
  CHECK(double_error(cdf, exact_cdf, -6, 10) < 2e-14);
  CHECK(double_error(cdf, exact_cdf, -37, -6) < 5e-13);
  CHECK(single_error(cdf, exact_cdf, -4, 8) < 2e-6);
  CHECK(single_error(cdf, exact_cdf, -13, -4) < 2e-5);
  for (const double x : {-40.0, -1e10, -1e300}) CHECK(normal_cdf(x) == 0);
  for (const double x : {40.0, 1e10, 1e300, double(INFINITY)}) CHECK(normal_cdf(x) == 1);
  CHECK(std::isnan(normal_cdf(double(NAN))));
  CHECK(normal_cdf(0.0) == Approx(0.5).epsilon(1e-15));
}

TEST_CASE("softplus is accurate and does not overflow") {
  CHECK(double_error(soft, exact_soft, -700, 40) < 1e-14);
  CHECK(double_error(soft, exact_soft, -3, 3) < 1e-15);
  CHECK(single_error(soft, exact_soft, -80, 40) < 1e-6);
  CHECK(softplus(1e300) == 1e300);
  CHECK(std::isinf(softplus(double(INFINITY))));
  CHECK(softplus(-1e300) < 1e-300);
  CHECK(std::isnan(softplus(double(NAN))));
}
