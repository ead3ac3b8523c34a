#include "sim/number/math.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

namespace {

using Single = Pack<float, 16>;
using Double = Pack<double, 8>;

/// The largest error in ULP of f, written on packs, against `exact`, in long double.
template <class P, class F, class G>
double worst(const std::vector<typename P::Scalar>& x, F f, G exact) {
  const auto y = by_packs<P>(x, f);
  double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i) most = std::max(most, ulps(y[i], exact(static_cast<long double>(x[i]))));
  return most;
}

template <class Real>
std::vector<Real> joined(std::vector<Real> a, const std::vector<Real>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const auto exponential = [](auto x) { return exp(x); };
const auto minus_one = [](auto x) { return expm1(x); };
const auto hyperbolic = [](auto x) { return tanh(x); };
const auto logistic = [](auto x) { return sigmoid(x); };
const auto root = [](auto x) { return sqrt(x); };

long double exact_sigmoid(long double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("exp errs by less than one ULP over its whole range", "[number]") {
  const auto exact = [](long double x) { return std::exp(x); };
  const auto single = joined(evenly<float>(-87.3, 88.3, 200000), by_magnitude<float>(1e-38, 80, 20000));
  CHECK(worst<Single>(single, exponential, exact) < 1);
  const auto twice = joined(evenly<double>(-708, 709, 200000), by_magnitude<double>(1e-300, 700, 20000));
  CHECK(worst<Double>(twice, exponential, exact) < 1);
}

TEST_CASE("expm1 errs by less than two ULP, small results included", "[number]") {
  const auto exact = [](long double x) { return std::expm1(x); };
  const auto single = joined(evenly<float>(-87, 88, 200000), by_magnitude<float>(1e-37, 80, 100000));
  CHECK(worst<Single>(single, minus_one, exact) < 2);
  const auto twice = joined(evenly<double>(-700, 709, 200000), by_magnitude<double>(1e-300, 700, 100000));
  CHECK(worst<Double>(twice, minus_one, exact) < 2);
}

TEST_CASE("tanh errs by less than three ULP, small results included", "[number]") {
  const auto exact = [](long double x) { return std::tanh(x); };
  const auto single = joined(evenly<float>(-100, 100, 200000), by_magnitude<float>(1e-37, 20, 100000));
  CHECK(worst<Single>(single, hyperbolic, exact) < 3);
  const auto twice = joined(evenly<double>(-1000, 1000, 200000), by_magnitude<double>(1e-300, 30, 100000));
  CHECK(worst<Double>(twice, hyperbolic, exact) < 3);
}

TEST_CASE("sigmoid errs by less than three ULP where its exponential is not clamped", "[number]") {
  const auto single = joined(evenly<float>(-87, 200, 200000), by_magnitude<float>(1e-37, 87, 20000));
  CHECK(worst<Single>(single, logistic, exact_sigmoid) < 3);
  const auto twice = joined(evenly<double>(-708, 1000, 200000), by_magnitude<double>(1e-300, 708, 20000));
  CHECK(worst<Double>(twice, logistic, exact_sigmoid) < 3);
}

TEST_CASE("sqrt is rounded correctly", "[number]") {
  const auto exact = [](long double x) { return std::sqrt(x); };
  std::vector<float> single;
  for (const float x : by_magnitude<float>(1e-45, 3e38, 100000)) single.push_back(std::fabs(x));
  CHECK(worst<Single>(single, root, exact) <= 0.5);
  std::vector<double> twice;
  for (const double x : by_magnitude<double>(1e-300, 1e300, 100000)) twice.push_back(std::fabs(x));
  CHECK(worst<Double>(twice, root, exact) <= 0.501);  // the long double root is itself rounded
}

TEST_CASE("NaN stays NaN in every function", "[number]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Double pack(nan);
  CHECK(std::isnan(exp(nan)));
  CHECK(std::isnan(expm1(nan)));
  CHECK(std::isnan(tanh(nan)));
  CHECK(std::isnan(sigmoid(nan)));
  CHECK(std::isnan(sqrt(nan)));
  CHECK(std::isnan(sqrt(-1.0)));
  CHECK(std::isnan(abs(nan)));
  CHECK(std::isnan(at_most(nan, 1.0)));
  CHECK(std::isnan(at_least(nan, 1.0)));
  for (int lane = 0; lane < Double::lanes; ++lane) {
    CHECK(std::isnan(exp(pack)[lane]));
    CHECK(std::isnan(tanh(pack)[lane]));
    CHECK(std::isnan(at_most(pack, Double(1.0))[lane]));
    CHECK(std::isnan(at_least(pack, Double(1.0))[lane]));
  }
}

TEST_CASE("infinity neither overflows nor becomes NaN", "[number]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(exp(infinity) == exp(709.0));
  CHECK(exp(-infinity) == exp(-708.0));
  CHECK(std::isnormal(exp(-infinity)));
  CHECK(expm1(-infinity) == -1);
  CHECK(tanh(infinity) == 1);
  CHECK(tanh(-infinity) == -1);
  CHECK(sigmoid(infinity) == 1);
  CHECK(sigmoid(-infinity) >= 0);
  CHECK(sigmoid(-infinity) < 1e-300);
  CHECK(sqrt(infinity) == infinity);
  const Single single(infinity);
  CHECK(std::isnormal(exp(single)[0]));
  CHECK(std::isnormal(exp(-single)[0]));
  CHECK(tanh(single)[3] == 1);
  CHECK(tanh(-single)[3] == -1);
  CHECK(sigmoid(single)[3] == 1);
  CHECK(sigmoid(-single)[3] < 1e-37f);
}

}  // namespace cajal::test
