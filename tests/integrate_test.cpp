#include "sim/integrate.hpp"

#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

namespace {

/// The largest error of (e^z - 1) / z in ULP, and that of its derivative relative to it.
template <class P>
std::pair<double, double> largest_errors() {
  using Real = typename P::Scalar;
  std::vector<Real> z = evenly<Real>(-10, 10, 4000);
  for (const Real x : by_magnitude<Real>(1e-30, 1, 2000)) z.push_back(x);
  for (const Real x : evenly<Real>(-0.2, 0.2, 4000)) z.push_back(x);
  const auto value = by_packs<P>(z, [](P x) { return relative_growth(x); });
  const auto slope = by_packs<P>(z, [](P x) { return relative_growth(Dual<P, 1>::variable(x, 0)).by[0]; });
  std::pair<double, double> largest{0, 0};
  for (std::size_t i = 0; i < z.size(); ++i) {
    const long double x = z[i];
    if (x == 0) continue;
    largest.first = std::max(largest.first, ulps(value[i], std::expm1(x) / x));
    // Of the series where the difference would cancel.
    const long double exact = std::fabs(x) < 1e-4L ? 0.5L + x / 3 + x * x / 8 : (std::exp(x) - std::expm1(x) / x) / x;
    largest.second = std::max(largest.second, static_cast<double>(std::fabs(slope[i] / exact - 1)));
  }
  return largest;
}

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("relative growth is accurate on both sides of its series, with its derivative", "[integrate]") {
  const auto single = largest_errors<Pack<float, 16>>();
  CHECK(single.first < 4);
  CHECK(single.second < 1e-5);
  const auto twice = largest_errors<Pack<double, 8>>();
  CHECK(twice.first < 4);
  CHECK(twice.second < 1e-13);
  const auto z = evenly<double>(-1, 1, 800);
  const auto packs = by_packs<Pack<double, 4>>(z, [](auto x) { return relative_growth(x); });
  std::size_t different = 0;
  for (std::size_t i = 0; i < z.size(); ++i) different += !same_bits(packs[i], relative_growth(z[i]));
  CHECK(different == 0);
}

TEST_CASE("z / (e^z - 1) is accurate on both sides of its series, with its derivative", "[integrate]") {
  for (const double z : joined(evenly<double>(-1, 1, 801), evenly<double>(-300, 300, 101))) {
    const long double exact = z == 0 ? 1.0L : z / std::expm1(static_cast<long double>(z));
    CHECK(ulps(inverse_growth(z), exact) < 4);
    CHECK(inverse_growth(Pack<float, 16>(z))[3] == Approx(static_cast<double>(exact)).epsilon(1e-6).margin(1e-30));
    const double h = 1e-4, slope = (inverse_growth(z + h) - inverse_growth(z - h)) / (2 * h);
    CHECK(inverse_growth(Dual<double, 1>::variable(z, 0)).by[0] == Approx(slope).epsilon(1e-7).margin(1e-8));
  }
}

}  // namespace cajal::test
