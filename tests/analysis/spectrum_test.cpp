#include "analysis/spectrum.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "analysis/mean_interval.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using cajal::analysis::mean_interval;
using cajal::analysis::spectrum;

TEST_CASE("spectra are those of SciPy's welch", "[spectrum]") {
  const auto json = cajal::reference::read_json("numpy/spectrum.json");
  const auto values = json["values"].numbers();
  for (const std::size_t length : {64U, 50U, 45U}) {
    const auto& expected = json["welch"][std::to_string(length)];
    const auto frequency = expected["frequency"].numbers(), power = expected["power"].numbers();
    const auto found = spectrum(values, 200, length);
    REQUIRE(found.power.size() == power.size());
    for (std::size_t k = 0; k < power.size(); ++k) {
      CHECK(found.frequency[k] == Approx(frequency[k]));
      CHECK(found.power[k] == Approx(power[k]).epsilon(1e-9).margin(1e-15));
    }
  }
}

TEST_CASE("the power of a sine stands at its frequency", "[spectrum]") {
  std::vector<double> sine;
  for (int i = 0; i < 1000; ++i) sine.push_back(5 + 2 * std::sin(2 * std::numbers::pi * 40 * i / 1000.0));
  const auto found = spectrum(sine, 1000, 500);
  CHECK(found.segments == 3);
  double integral = 0;
  for (double p : found.power) integral += p * 2;
  CHECK(integral == Approx(2));  // amplitude^2 / 2
  CHECK(std::max_element(found.power.begin(), found.power.end()) - found.power.begin() == 20);
}

TEST_CASE("spectra need a segment", "[spectrum]") {
  const std::vector<double> few(10, 1.0);
  CHECK_THROWS_AS(spectrum(few, 1000, 11), cajal::Error);
  CHECK_THROWS_AS(spectrum(few, 1000, 1), cajal::Error);
  CHECK_THROWS_AS(spectrum(few, 0, 4), cajal::Error);
  for (double p : spectrum(few, 1000, 10).power) CHECK(p == Approx(0).margin(1e-20));
}

TEST_CASE("intervals of means are those of SciPy's t", "[mean_interval]") {
  const auto json = cajal::reference::read_json("numpy/spectrum.json");
  for (const char* n : {"2", "3", "5", "40"}) {
    const auto& expected = json["intervals"][n];
    const auto found = mean_interval(expected["values"].numbers());
    CHECK(found.low == Approx(expected["low"].number()));
    CHECK(found.high == Approx(expected["high"].number()));
  }
  CHECK(mean_interval(std::vector<double>{3, NAN}).mean == 3);
  CHECK(std::isnan(mean_interval(std::vector<double>{3}).low));
  CHECK(std::isnan(mean_interval({}).mean));
}
