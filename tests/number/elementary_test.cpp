#include "sim/number/elementary.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

namespace {

using Single = Pack<float, 16>;
using Double = Pack<double, 8>;

template <class P, class F, class G>
double worst_ulps(const std::vector<typename P::Scalar>& x, F f, G exact) {
  const auto y = by_packs<P>(x, f);
  double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i) most = std::max(most, ulps(y[i], exact(static_cast<long double>(x[i]))));
  return most;
}
template <class P, class F, class G>
double worst_distance(const std::vector<typename P::Scalar>& x, F f, G exact) {
  const auto y = by_packs<P>(x, f);
  long double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    most = std::max(most, std::fabs(static_cast<long double>(y[i]) - exact(static_cast<long double>(x[i]))));
  return static_cast<double>(most);
}
template <class Real>
std::vector<Real> positive(std::vector<Real> x) {
  for (Real& v : x) v = std::fabs(v);
  return x;
}

const auto logarithm = [](auto x) { return log(x); };
const auto sine = [](auto x) { return sin(x); };
const auto cosine = [](auto x) { return cos(x); };

}  // namespace

TEST_CASE("log errs by less than two ULP", "[number]") {
  const auto exact = [](long double x) { return std::log(x); };
  CHECK(worst_ulps<Single>(positive(by_magnitude<float>(1.2e-38, 3e38, 200000)), logarithm, exact) < 2);
  CHECK(worst_ulps<Single>(evenly<float>(0.3, 3, 200000), logarithm, exact) < 2);
  CHECK(worst_ulps<Double>(positive(by_magnitude<double>(1e-300, 1e300, 200000)), logarithm, exact) < 2);
  CHECK(worst_ulps<Double>(evenly<double>(0.3, 3, 200000), logarithm, exact) < 2);
}

TEST_CASE("log of what has none", "[number]") {
  CHECK(std::isnan(log(-1.0)));
  CHECK(std::isnan(log(std::nan(""))));
  CHECK(log(0.0) == Approx(-708.396).epsilon(1e-5));
  CHECK(std::isnan(log(Single(-2.0))[3]));
}

TEST_CASE("sin and cos err by less than two ULP of one", "[number]") {
  const auto s = [](long double x) { return std::sin(x); };
  const auto c = [](long double x) { return std::cos(x); };
  const auto single = evenly<float>(-1e4, 1e4, 300000);
  CHECK(worst_distance<Single>(single, sine, s) < 1.2e-7);
  CHECK(worst_distance<Single>(single, cosine, c) < 1.2e-7);
  const auto twice = evenly<double>(-1e8, 1e8, 300000);
  CHECK(worst_distance<Double>(twice, sine, s) < 2.3e-16);
  CHECK(worst_distance<Double>(twice, cosine, c) < 2.3e-16);
  CHECK(worst_ulps<Double>(by_magnitude<double>(1e-300, 1, 10000), sine, s) < 2);
}

TEST_CASE("packs and doubles give the same bits", "[number]") {
  for (const double x : evenly<double>(0.01, 50, 1000)) {
    CHECK(same_bits(log(Double(x))[2], log(x)));
    CHECK(same_bits(sin(Double(x))[5], sin(x)));
    CHECK(same_bits(cos(Double(-x))[0], cos(-x)));
    CHECK(same_bits(pow(Double(x), Double(1.7))[1], pow(x, 1.7)));
  }
}

TEST_CASE("powers", "[number]") {
  CHECK(pow(3.0, 4) == 81);
  CHECK(pow(2.0, -2) == 0.25);
  CHECK(pow(7.0, 0) == 1);
  CHECK(pow(2.5, 3.2) == Approx(std::pow(2.5, 3.2)).epsilon(1e-14));
  CHECK(pow(0.0, 0.3) < 1e-90);
}

TEST_CASE("derivatives of log, sin, cos and powers", "[number]") {
  using D = Dual<double, 1>;
  const D x = D::variable(0.7, 0);
  CHECK(log(x).by[0] == Approx(1 / 0.7).epsilon(1e-14));
  CHECK(sin(x).by[0] == Approx(std::cos(0.7)).epsilon(1e-14));
  CHECK(cos(x).by[0] == Approx(-std::sin(0.7)).epsilon(1e-14));
  CHECK(pow(x, 3).by[0] == Approx(3 * 0.49).epsilon(1e-14));
  CHECK(pow(x, 2.5).by[0] == Approx(2.5 * std::pow(0.7, 1.5)).epsilon(1e-14));
  CHECK(pow(x, D::variable(2.5, 0)).by[0] == Approx(std::pow(0.7, 2.5) * (2.5 / 0.7 + std::log(0.7))).epsilon(1e-13));
}

}  // namespace cajal::test
