#include "models/inputs/pattern.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/catch.hpp"

using namespace cajal;

namespace {

constexpr std::size_t size = 100, repeating = 40;
constexpr std::int64_t stretch = 100;  // steps of 0.5 ms

/// What units of a pattern input send in a trial, [step][unit], and in which stretches it showed its pattern.
struct Shown {
  std::vector<double> spikes;
  std::vector<bool> shown;

  double sum(std::size_t window, std::size_t first, std::size_t last) const {
    double out = 0;
    for (std::size_t t = window * stretch; t < (window + 1) * stretch; ++t)
      for (std::size_t u = first; u < last; ++u) out += spikes[t * size + u];
    return out;
  }
  /// Steps and units at which two stretches have different numbers of spikes.
  std::size_t differences(std::size_t a, std::size_t b, std::size_t first, std::size_t last) const {
    std::size_t out = 0;
    for (std::size_t t = 0; t < stretch; ++t)
      for (std::size_t u = first; u < last; ++u)
        out += spikes[(a * stretch + t) * size + u] != spikes[(b * stretch + t) * size + u];
    return out;
  }
};

Shown run(double fresh, std::size_t windows, std::int64_t block = 64, std::size_t parts = 1, std::uint64_t trial = 0) {
  PatternInput<float> node("X", size, {60, fresh, 50, 0.25, repeating});
  Plan plan;
  plan.dt = 0.5;
  plan.window = block;
  plan.seed = 3;
  node.prepare(plan);
  node.trials[0] = trial;
  for (std::size_t part = 0; part < parts; ++part) node.reset({0, 1, part, parts});
  const auto column = node.columns().at(0);
  CHECK(column.name == "shown");
  Shown out;
  const auto steps = static_cast<std::int64_t>(windows) * stretch;
  for (std::int64_t t = 0; t < steps; t += block) {
    const Steps cut{t, std::min(steps, t + block)};
    for (std::size_t part = 0; part < parts; ++part) node.advance(cut, {0, 1, part, parts});
    for (std::int64_t s = cut.begin; s < cut.end; ++s)
      out.spikes.insert(out.spikes.end(), node.output.at(s, 0), node.output.at(s, 0) + size);
    if (block == stretch) {
      out.shown.push_back(column.signal->at(0, 0)[0] == 1);
      CHECK((column.signal->at(0, 0)[repeating - 1] == 1) == out.shown.back());
      CHECK(column.signal->at(0, 0)[repeating] == 0);
    }
  }
  return out;
}

std::vector<std::size_t> where(const std::vector<bool>& shown, bool value) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < shown.size(); ++i)
    if (shown[i] == value) out.push_back(i);
  return out;
}

}  // namespace

TEST_CASE("a pattern comes back in a quarter of the time, never twice in a row", "[inputs]") {
  const Shown found = run(0, 2000, stretch);
  const auto shown = where(found.shown, true);
  // Of local minima neighbouring ones exclude each other: the number varies less than that of independent draws.
  CHECK(static_cast<double>(shown.size()) == Approx(500).margin(4 * std::sqrt(2000 * 0.25 * 0.75)));
  for (std::size_t i = 1; i < shown.size(); ++i) CHECK(shown[i] > shown[i - 1] + 1);
}

TEST_CASE("what comes back is the same in the units that take part, and nothing else repeats", "[inputs]") {
  const Shown found = run(0, 100, stretch);
  const auto shown = where(found.shown, true), apart = where(found.shown, false);
  REQUIRE(shown.size() > 10);
  CHECK(found.differences(shown[0], shown[1], 0, repeating) == 0);
  CHECK(found.differences(shown[0], shown.back(), 0, repeating) == 0);
  CHECK(found.differences(shown[0], shown[1], repeating, size) > 50);
  CHECK(found.differences(apart[0], apart[1], 0, repeating) > 50);
  CHECK(found.differences(shown[0], apart[0], 0, repeating) > 50);
}

TEST_CASE("the rate is the same in and out of the pattern", "[inputs]") {
  const Shown found = run(15, 400, stretch);
  double sums[2] = {0, 0}, windows[2] = {0, 0};
  for (std::size_t w = 0; w < found.shown.size(); ++w) {
    sums[found.shown[w]] += found.sum(w, repeating, size);
    windows[found.shown[w]] += 1;
  }
  for (const int shown : {0, 1}) {
    const double expected = windows[shown] * 0.05 * 60 * (size - repeating);
    CHECK(std::fabs(sums[shown] - expected) < 4 * std::sqrt(expected));
  }
  // One stretch of 40 trains, of which three quarters are always the same.
  double fresh = 0, all = 0;
  const auto shown = where(found.shown, true);
  for (std::size_t i = 1; i < shown.size(); ++i) {
    fresh += static_cast<double>(found.differences(shown[0], shown[i], 0, repeating));
    all += found.sum(shown[i], 0, repeating);
  }
  const double mean = all / static_cast<double>(shown.size() - 1);
  CHECK(mean == Approx(0.05 * 60 * repeating).margin(4 * std::sqrt(0.05 * 45 * repeating) + 2));
  // What is new in either of two showings differs: 2 x 15 of 60 Hz.
  const double expected = 0.05 * 2 * 15 * repeating * static_cast<double>(shown.size() - 1);
  CHECK(fresh == Approx(expected).epsilon(0.1));
}

TEST_CASE("a pattern input sends the same however time and units are cut, and other trials differ", "[inputs]") {
  const auto whole = run(10, 10, 1000).spikes;
  CHECK(run(10, 10, 7).spikes == whole);
  CHECK(run(10, 10, stretch, 3).spikes == whole);
  CHECK(run(10, 10, 1000, 1, 5).spikes != whole);
}
