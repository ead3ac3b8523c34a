#include <cmath>
#include <limits>

#include "analysis/isi.hpp"
#include "analysis/rates.hpp"
#include "sim/error.hpp"
#include "sim/random.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

namespace {

struct Trains {
  std::vector<double> times;
  std::vector<std::uint64_t> units;

  void add(std::uint64_t unit, const std::vector<double>& spikes) {
    times.insert(times.end(), spikes.begin(), spikes.end());
    units.insert(units.end(), spikes.size(), unit);
  }
  Spikes of(std::size_t size) const { return {times, units, size}; }
};

}  // namespace

TEST_CASE("rates count the spikes of a window") {
  Trains trains;
  trains.add(0, {100, 100.1, 350, 600, 600.1});
  trains.add(2, {400});
  const Rates found = rates(trains.of(4), {100, 600});
  CHECK(found.units == std::vector<double>{6, 0, 2, 0});
  CHECK(found.population == 2);
}

TEST_CASE("a regular train has no variation of its intervals") {
  Trains trains;
  trains.add(0, {30, 10, 40, 20, 50});
  trains.add(1, {10, 20});
  trains.add(2, {5, 5, 5});
  const IntervalVariation found = isi_variation(trains.of(4), {0, 100});
  CHECK(found.units[0] == 0.0);
  CHECK_FALSE(found.units[1]);
  CHECK_FALSE(found.units[2]);
  CHECK_FALSE(found.units[3]);
  CHECK(found.counted == 1);
  CHECK(found.mean == 0.0);
}

TEST_CASE("the variation of two intervals a and b is |a - b| / (a + b)") {
  Trains trains;
  trains.add(0, {10, 13, 20});
  trains.add(1, {1, 2, 5});
  const IntervalVariation found = isi_variation(trains.of(2), {0, 100});
  CHECK(found.units[0].value() == Approx(0.4).epsilon(1e-14));
  CHECK(found.units[1].value() == Approx(0.5).epsilon(1e-14));
  CHECK(found.mean.value() == Approx(0.45).epsilon(1e-14));
  CHECK_FALSE(isi_variation(trains.of(2), {50, 100}).mean);
  // The window cuts trains.
  CHECK(isi_variation(trains.of(2), {1, 100}).counted == 1);
}

TEST_CASE("Poisson trains have a variation of one and the rate they were drawn with") {
  Trains trains;
  for (std::uint64_t unit = 0; unit < 20; ++unit) {
    cajal::Draws draws(cajal::Stream(1, "poisson"), unit);
    std::vector<double> train;
    for (double t = 0; (t += -50 * std::log(1 - draws.uniform())) < 1e5;) train.push_back(t);
    trains.add(unit, train);
  }
  CHECK(isi_variation(trains.of(20), {0, 1e5}).mean.value() == Approx(1).margin(0.02));
  CHECK(rates(trains.of(20), {0, 1e5}).population == Approx(20).margin(0.4));
}

TEST_CASE("measures of spikes refuse what is no population, time or window") {
  Trains trains;
  trains.add(1, {10, 20, 30});
  CHECK_THROWS_AS(rates(trains.of(1), {0, 100}), cajal::Error);
  CHECK_THROWS_AS(rates(trains.of(0), {0, 100}), cajal::Error);
  CHECK_THROWS_AS(rates(trains.of(2), {100, 100}), cajal::Error);
  CHECK_THROWS_AS(rates(trains.of(2), {0, std::numeric_limits<double>::infinity()}), cajal::Error);
  CHECK_THROWS_AS(isi_variation(trains.of(1), {0, 100}), cajal::Error);
  CHECK_THROWS_AS(isi_variation(trains.of(2), {0, std::nan("")}), cajal::Error);
  trains.units.push_back(0);
  CHECK_THROWS_AS(rates(trains.of(2), {0, 100}), cajal::Error);
  trains.times.push_back(std::nan(""));
  CHECK_THROWS_AS(isi_variation(trains.of(2), {0, 100}), cajal::Error);
}
