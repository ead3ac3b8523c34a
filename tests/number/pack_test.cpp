#include "sim/number/pack.hpp"

#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

namespace {

/// Numbers of all magnitudes that models meet, and some that they should not.
template <class Real>
std::vector<Real> numbers() {
  std::vector<Real> x = any_bits<Real>(20000);
  for (const Real v : evenly<Real>(-100, 100, 20000)) x.push_back(v);
  for (const Real v : by_magnitude<Real>(1e-30, 1e30, 5000)) x.push_back(v);
  x.resize(x.size() / 16 * 16);
  return x;
}

/// How many results differ between packs of P and `other`, which takes and gives the whole column.
template <class P, class Real, class F>
std::size_t differences(const std::vector<Real>& x, F f, const std::vector<Real>& expected) {
  const auto y = by_packs<P>(x, f);
  std::size_t count = 0;
  for (std::size_t i = 0; i < y.size(); ++i) count += !same_bits(y[i], expected[i]);
  return count;
}

/// Everything that a model may do with a number.
template <class Check>
void each_operation(Check check) {
  check("exp", [](auto x) { return exp(x); });
  check("expm1", [](auto x) { return expm1(x); });
  check("tanh", [](auto x) { return tanh(x); });
  check("sigmoid", [](auto x) { return sigmoid(x); });
  check("sqrt", [](auto x) { return sqrt(x); });
  check("abs", [](auto x) { return abs(x); });
  check("negation", [](auto x) { return -x; });
  check("sum", [](auto x) { return x + decltype(x)(0.1); });
  check("difference", [](auto x) { return decltype(x)(-0.0) - x; });
  check("product", [](auto x) { return x * x; });
  check("quotient", [](auto x) { return decltype(x)(3.0) / x; });
  check("fma", [](auto x) { return fma(x, decltype(x)(1.1), x); });
  check("bounds", [](auto x) { return at_most(at_least(x, decltype(x)(-2.0)), decltype(x)(2.0)); });
  check("where", [](auto x) { return where(x <= decltype(x)(1.0), x, decltype(x)(-0.0)); });
  check("mixture", [](auto x) { return exp(x * decltype(x)(0.3)) * x - tanh(x) / (x * x + decltype(x)(1.0)); });
}

/// Stores the lanes of x above each of a row of bounds over a row of other numbers, and counts the lanes that are
/// wrong.
template <class P>
std::size_t wrong_lanes() {
  using Real = typename P::Scalar;
  const auto x = evenly<Real>(-1, 1, 64);
  std::size_t wrong = 0;
  for (const Real bound : {Real(-2), Real(-0.3), Real(0), Real(0.9), Real(2)})
    for (std::size_t i = 0; i < x.size(); i += P::lanes) {
      std::vector<Real> out(P::lanes + 1, Real(7));
      const unsigned bits = bits_above(P::load(&x[i]), P(static_cast<double>(bound)));
      store_lanes(bits, P::load(&x[i]), out.data() + 1);
      for (std::size_t l = 0; l < P::lanes; ++l) {
        const bool above = x[i + l] > bound;
        wrong += (bits >> l & 1U) != above || out[l + 1] != (above ? x[i + l] : Real(7));
      }
      wrong += out[0] != Real(7);
    }
  return wrong;
}

}  // namespace

TEST_CASE("lanes are stored where a pack is above a bound, and nowhere else", "[number]") {
  CHECK(wrong_lanes<Pack<float, 4>>() == 0);
  CHECK(wrong_lanes<Pack<float, 8>>() == 0);
  CHECK(wrong_lanes<Pack<float, 16>>() == 0);
  CHECK(wrong_lanes<Pack<double, 2>>() == 0);
  CHECK(wrong_lanes<Pack<double, 4>>() == 0);
  CHECK(wrong_lanes<Pack<double, 8>>() == 0);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(bits_above(Pack<float, 4>(static_cast<double>(nan)), Pack<float, 4>(0.0)) == 0);
}

TEST_CASE("packs of 4, 8 and 16 floats give the same bits", "[number]") {
  const auto x = numbers<float>();
  each_operation([&](const char* name, auto f) {
    INFO(name);
    const auto expected = by_packs<Pack<float, 4>>(x, f);
    CHECK(differences<Pack<float, 8>>(x, f, expected) == 0);
    CHECK(differences<Pack<float, 16>>(x, f, expected) == 0);
  });
}

TEST_CASE("packs of doubles give the bits of double", "[number]") {
  const auto x = numbers<double>();
  each_operation([&](const char* name, auto f) {
    INFO(name);
    std::vector<double> expected;
    for (const double v : x) expected.push_back(f(v));
    CHECK(differences<Pack<double, 2>>(x, f, expected) == 0);
    CHECK(differences<Pack<double, 4>>(x, f, expected) == 0);
    CHECK(differences<Pack<double, 8>>(x, f, expected) == 0);
  });
}

TEST_CASE("a pack of one number holds it in every lane, with the sign of zero", "[number]") {
  for (const double x : {1.5, -0.0, 0.0, 1e-310}) {
    const Pack<double, 8> p(x);
    for (int lane = 0; lane < 8; ++lane) CHECK(same_bits(p[lane], x));
  }
}

TEST_CASE("masks combine lane by lane", "[number]") {
  const float values[] = {0, 1, 2, 3};
  const auto x = Pack<float, 4>::load(values);
  const auto inner = x > Pack<float, 4>(0.0) & x < Pack<float, 4>(3.0);
  const auto chosen = where(inner, x, Pack<float, 4>(-1.0));
  CHECK(chosen[0] == -1);
  CHECK(chosen[1] == 1);
  CHECK(chosen[2] == 2);
  CHECK(chosen[3] == -1);
  CHECK(where(!inner, x, Pack<float, 4>(-1.0))[3] == 3);
  CHECK(any(inner));
  CHECK_FALSE(any(inner & x > Pack<float, 4>(2.0)));
  CHECK(any(x == Pack<float, 4>(2.0)));
  CHECK_FALSE(any(x != x));
}

}  // namespace cajal::test
