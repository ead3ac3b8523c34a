#include "sim/number/surrogate.hpp"

#include "tests/catch.hpp"
#include "tests/number/bits.hpp"

namespace cajal::test {

TEST_CASE("a surrogate is the derivative of what replaces the spike", "[number]") {
  for (const SurrogateEntry& entry : surrogates)
    for (const double slope : {entry.slope, 0.7, 3.0}) {
      const Surrogate s{entry.kind, slope, true};
      // None of the points is a kink of one of the five.
      for (double u = -2.03; u < 2.1; u += 0.0317) {
        INFO(entry.name << " with slope " << slope << " at " << u);
        const double h = 1e-6;
        const double difference = (s.primitive(u + h) - s.primitive(u - h)) / (2 * h);
        CHECK(s.derivative(u) == Approx(difference).epsilon(1e-5).margin(1e-8));
      }
    }
}

TEST_CASE("what replaces the spike is one half at the threshold and grows", "[number]") {
  for (const SurrogateEntry& entry : surrogates) {
    INFO(entry.name);
    const Surrogate s{entry.kind, entry.slope, true};
    CHECK(s.primitive(0.0) == 0.5);
    double before = s.primitive(-3.0);
    for (double u = -2.9; u < 3; u += 0.1) {
      CHECK(s.primitive(u) >= before);
      before = s.primitive(u);
    }
  }
}

TEST_CASE("surrogates have the heights of their sources", "[number]") {
  const auto height = [](SurrogateKind kind, double slope) { return Surrogate{kind, slope, false}.derivative(0.0); };
  CHECK(height(SurrogateKind::fast_sigmoid, 25) == 1);
  CHECK(height(SurrogateKind::arctan, 2) == 1);
  CHECK(height(SurrogateKind::sigmoid, 4) == 1);
  CHECK(height(SurrogateKind::triangle, 0.3) == 0.3);
  CHECK(height(SurrogateKind::boxcar, 1) == 1);
}

TEST_CASE("a spike is 0 or 1 and its derivative the surrogate", "[number]") {
  for (const SurrogateEntry& entry : surrogates) {
    INFO(entry.name);
    const Surrogate s{entry.kind, entry.slope, false};
    for (const double u : {-0.3, 0.0, 0.3}) {
      const auto spike = heaviside(Dual<double, 1>::variable(u, 0), s);
      CHECK(spike.value == (u >= 0 ? 1 : 0));
      CHECK(spike.by[0] == s.derivative(u));
      CHECK(heaviside(u, s) == spike.value);
    }
    const Surrogate smooth{entry.kind, entry.slope, true};
    CHECK(heaviside(0.3, smooth) == smooth.primitive(0.3));
    CHECK(heaviside(Dual<double, 1>::variable(0.3, 0), smooth).by[0] == s.derivative(0.3));
  }
}

TEST_CASE("surrogates of packs give the bits of double", "[number]") {
  const auto x = evenly<double>(-2.5, 2.5, 400);
  for (const SurrogateEntry& entry : surrogates) {
    INFO(entry.name);
    const Surrogate s{entry.kind, entry.slope, false};
    const auto slopes = by_packs<Pack<double, 8>>(x, [&](auto u) { return s.derivative(u); });
    const auto values = by_packs<Pack<double, 8>>(x, [&](auto u) { return s.primitive(u); });
    std::size_t different = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      different += !same_bits(slopes[i], s.derivative(x[i])) + !same_bits(values[i], s.primitive(x[i]));
    CHECK(different == 0);
  }
}

}  // namespace cajal::test
