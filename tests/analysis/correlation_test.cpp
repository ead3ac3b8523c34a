#include "analysis/correlation.hpp"

#include <cmath>
#include <vector>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;
using cajal::Draws;
using cajal::Stream;

namespace {

struct Trains {
  std::vector<double> times;
  std::vector<std::uint64_t> units;

  void add(std::uint64_t unit, double time) {
    times.push_back(time);
    units.push_back(unit);
  }
  Correlation measure(std::size_t size, const Window& window, double bin, std::size_t most = 200,
                      std::uint64_t seed = 1) const {
    return correlation({times, units, size}, window, bin, most, Stream(seed, "test"));
  }
};

/// Spikes on a grid of 0.1 ms up to 400 ms, of six units, some shared; any program can repeat the draws.
Trains repeatable() {
  Trains trains;
  std::uint64_t state = 12345;
  const auto next = [&] {
    state = (1103515245 * state + 12345) % (std::uint64_t{1} << 31);
    return state >> 8;
  };
  for (int k = 0; k < 600; ++k) {
    const std::uint64_t unit = next() % 6;
    const double time = static_cast<double>(next() % 4000 + 1) * 0.1;
    trains.add(unit, time);
    if (unit < 3 && next() % 2 == 0) trains.add((unit + 1) % 3, time);
  }
  return trains;
}

}  // namespace

TEST_CASE("the correlation of counts is numpy's corrcoef") {
  // numpy 1.24: the mean above the diagonal of corrcoef of the counts, by whole steps, of the spikes that an own
  // generator of the same draws gave.
  const Trains trains = repeatable();
  CHECK(trains.measure(6, {0, 400}, 5).mean.value() == Approx(0.09516071879142564).epsilon(1e-12));
  CHECK(trains.measure(6, {50, 400}, 5).mean.value() == Approx(0.10215423791538214).epsilon(1e-12));
  CHECK(trains.measure(6, {13.7, 383}, 7.3).mean.value() == Approx(0.036025923315949254).epsilon(1e-12));
}

TEST_CASE("trains that share a part of their spikes correlate by that part") {
  // Poisson counts of rates c + s, of which s is common: r = s / (c + s).
  Trains trains;
  const auto poisson = [&](std::uint64_t stream, double rate, std::vector<std::uint64_t> units) {
    Draws draws(Stream(7, "shared"), stream);
    for (double t = 0; (t -= std::log(1 - draws.uniform()) / rate) < 1e5;)
      for (const std::uint64_t unit : units) trains.add(unit, t);
  };
  for (std::uint64_t unit = 0; unit < 5; ++unit) poisson(unit, 0.03, {unit});
  poisson(9, 0.01, {0, 1, 2, 3, 4});
  const Correlation found = trains.measure(5, {0, 1e5}, 5);
  CHECK(found.units == 5);
  CHECK(found.pairs == 10);
  CHECK(found.mean.value() == Approx(0.25).margin(0.02));
}

TEST_CASE("equal trains correlate by one, opposite ones by minus one") {
  Trains trains, pair;
  for (int bin = 0; bin < 10; ++bin) {
    for (Trains* of : {&trains, &pair}) of->add(bin % 2 == 0 ? 0 : 1, 5 * bin + 2.0);
    if (bin % 2 == 0) trains.add(2, 5 * bin + 5.0);
  }
  CHECK(pair.measure(2, {0, 50}, 5).mean.value() == Approx(-1).epsilon(1e-12));
  CHECK(trains.measure(3, {0, 50}, 5).mean.value() == Approx((1.0 - 1 - 1) / 3).epsilon(1e-12));
}

TEST_CASE("units whose counts do not vary are left out of the correlation") {
  Trains trains = repeatable();
  const double before = trains.measure(6, {0, 400}, 5).mean.value();
  for (int bin = 0; bin < 80; ++bin) trains.add(7, 5 * bin + 2.5);
  const Correlation found = trains.measure(9, {0, 400}, 5);
  CHECK(found.units == 6);
  CHECK(found.mean.value() == Approx(before).epsilon(1e-12));
  CHECK_FALSE(Trains{}.measure(9, {0, 400}, 5).mean);
  Trains one;
  one.add(3, 17);
  CHECK_FALSE(one.measure(9, {0, 400}, 5).mean);
  CHECK(one.measure(9, {0, 400}, 5).units == 1);
}

TEST_CASE("the seed draws the units that are correlated, each as often as others") {
  // Units 0 and 1 are equal, all others silent: whether both are among the drawn 4 of 8 shows in the number of units.
  Trains trains;
  for (const double t : {3.0, 14.0, 29.0}) trains.add(0, t), trains.add(1, t);
  int both = 0, one = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Correlation found = trains.measure(8, {0, 50}, 5, 4, seed);
    both += found.units == 2;
    one += found.units == 1;
  }
  // Hypergeometric: 6 / 28 and 16 / 28; the standard deviations are 18 and 22.
  CHECK(both == Approx(2000 * 6.0 / 28).margin(75));
  CHECK(one == Approx(2000 * 16.0 / 28).margin(90));
  CHECK(trains.measure(8, {0, 50}, 5, 8).mean.value() == Approx(1).epsilon(1e-12));
}

TEST_CASE("the time of a window costs no memory, and what is no bin is refused") {
  Trains trains;
  for (const double t : {3.0, 1e9, 2e9}) trains.add(0, t), trains.add(1, t + 1e5);
  CHECK(trains.measure(2, {0, 4e12}, 5).mean.value() == Approx(0).margin(1e-6));
  for (const double bin : {0.0, -1.0, std::nan(""), 30.0, 1e-16})
    CHECK_THROWS_AS(trains.measure(2, {0, 50}, bin), cajal::Error);
  CHECK_THROWS_AS(trains.measure(1, {0, 50}, 5), cajal::Error);
}
