#include "sim/number/dual.hpp"

#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

namespace {

using D = Dual<double, 2>;

/// Checks the value and both derivatives of f, which is written on any number type, at (x, y).
template <class F>
void check(const char* name, F f, double x, double y) {
  INFO(name << " at " << x << ", " << y);
  const D got = f(D::variable(x, 0), D::variable(y, 1));
  CHECK(same_bits(got.value, f(x, y)));
  const double h = 1e-6;
  CHECK(got.by[0] == Approx((f(x + h, y) - f(x - h, y)) / (2 * h)).epsilon(1e-8).margin(1e-9));
  CHECK(got.by[1] == Approx((f(x, y + h) - f(x, y - h)) / (2 * h)).epsilon(1e-8).margin(1e-9));
}

template <class Check>
void each_function(Check check) {
  check("x + y", [](auto x, auto y) { return x + y; });
  check("x - y", [](auto x, auto y) { return x - y; });
  check("x * y", [](auto x, auto y) { return x * y; });
  check("x / y", [](auto x, auto y) { return x / y; });
  check("-x", [](auto x, auto) { return -x; });
  check("constants on the left", [](auto x, auto y) { return 2.0 + (3.0 - x) + 0.5 * y; });
  check("constants on the right", [](auto x, auto y) { return (x + 2.0) * 0.3 - (y - 1.0) / 4.0; });
  check("a constant over y", [](auto x, auto y) { return x + decltype(y)(2.0) / y; });
  check("fma", [](auto x, auto y) { return fma(x, y, x); });
  check("fma with a constant", [](auto x, auto y) { return fma(Plain<decltype(x)>(0.7), y, x); });
  check("exp", [](auto x, auto y) { return exp(x * y); });
  check("expm1", [](auto x, auto y) { return expm1(x * y); });
  check("sqrt", [](auto x, auto y) { return sqrt(x * x + y * y); });
  check("abs", [](auto x, auto y) { return abs(x) * y; });
  check("tanh", [](auto x, auto y) { return tanh(x - y); });
  check("sigmoid", [](auto x, auto y) { return sigmoid(x + y); });
  check("where", [](auto x, auto y) { return where(x < y, x * x, y * y * y); });
  check("bounds", [](auto x, auto y) { return at_most(x, y) * at_least(x, y * y); });
}

}  // namespace

TEST_CASE("dual arithmetic equals finite differences", "[number]") {
  for (const double x : {-1.7, -0.3, 0.4, 2.5})
    for (const double y : {-2.2, -0.9, 0.6, 1.3})
      each_function([&](const char* name, auto f) { check(name, f, x, y); });
}

TEST_CASE("duals of packs give the bits of duals of doubles", "[number]") {
  using P = Pack<double, 4>;
  const double values[] = {-1.7, -0.0, 0.4, 2.5};
  each_function([&](const char* name, auto f) {
    INFO(name);
    const auto wide = f(Dual<P, 2>::variable(P::load(values), 0), Dual<P, 2>::variable(P(0.6), 1));
    for (int lane = 0; lane < 4; ++lane) {
      const D one = f(D::variable(values[lane], 0), D::variable(0.6, 1));
      CHECK(same_bits(wide.value[lane], one.value));
      CHECK(same_bits(wide.by[0][lane], one.by[0]));
      CHECK(same_bits(wide.by[1][lane], one.by[1]));
    }
  });
}

TEST_CASE("duals of duals give second derivatives", "[number]") {
  using DD = Dual<Dual<double, 1>, 1>;
  const double at = 0.7;
  const DD x = DD::variable(Dual<double, 1>::variable(at, 0), 0);
  CHECK((x * x * x).by[0].by[0] == Approx(6 * at).epsilon(1e-14));
  CHECK(exp(x).by[0].by[0] == Approx(std::exp(at)).epsilon(1e-14));
  const double y = std::tanh(at);
  CHECK(tanh(x).by[0].by[0] == Approx(-2 * y * (1 - y * y)).epsilon(1e-14));
  CHECK((DD(1.0) / x).by[0].by[0] == Approx(2 / (at * at * at)).epsilon(1e-14));
}

}  // namespace cajal::test
