#include "models/inputs/data.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"

using namespace cajal;

namespace {

constexpr std::int64_t steps = 150;

DataInput<float>::Options poisson() {
  DataInput<float>::Options o;
  o.encoding = Encoding::poisson;
  o.max_rate = 200;
  return o;
}

/// [step][unit] of what a sample brings, in windows of so many steps and in so many shares of the units.
std::vector<float> sent(const DataInput<float>::Options& options, const std::vector<float>& sample,
                        std::uint64_t trial = 1, std::int64_t window = steps, std::size_t parts = 1) {
  DataInput<float> node("X", sample.size(), options);
  Plan plan;
  plan.dt = 1;
  plan.window = window;
  node.prepare(plan);
  node.show(0, sample, trial);
  std::vector<float> out;
  for (std::int64_t t = 0; t < steps; t += window) {
    const Steps now{t, std::min(steps, t + window)};
    for (std::size_t part = 0; part < parts; ++part) node.advance(now, {0, 1, part, parts});
    for (std::int64_t s = now.begin; s < now.end; ++s)
      out.insert(out.end(), node.output.at(s, 0), node.output.at(s, 0) + node.size());
  }
  return out;
}

std::vector<double> spikes_of_units(const DataInput<float>::Options& options, const std::vector<float>& sample,
                                    std::uint64_t trials) {
  std::vector<double> counts(sample.size());
  for (std::uint64_t trial = 0; trial < trials; ++trial) {
    const std::vector<float> all = sent(options, sample, trial);
    for (std::size_t i = 0; i < all.size(); ++i) counts[i % sample.size()] += static_cast<double>(all[i]);
  }
  return counts;
}

void check_near(double found, double expected) { CHECK(std::fabs(found - expected) < 4 * std::sqrt(expected)); }

}  // namespace

TEST_CASE("Poisson spikes of a sample come at gain x max", "[inputs]") {
  auto options = poisson();
  options.gain = 0.5;
  const std::vector<double> counts = spikes_of_units(options, {0, 0.2f, 1, 0.4f, 0, 0, 0, 0, 0, 0.7f}, 100);
  CHECK(counts[0] == 0);
  CHECK(counts[5] == 0);
  check_near(counts[1], 100 * 0.15 * 0.5 * 0.2 * 200);
  check_near(counts[2], 100 * 0.15 * 0.5 * 200);
  check_near(counts[9], 100 * 0.15 * 0.5 * 0.7 * 200);
}

TEST_CASE("a total makes every sample drive equally, in the ratios of its values", "[inputs]") {
  auto options = poisson();
  options.total = 400;
  for (const float bright : {0.1f, 1.0f}) {
    const std::vector<double> counts = spikes_of_units(options, {bright, 0, 3 * bright}, 100);
    check_near(counts[0], 100 * 0.15 * 100);
    CHECK(counts[1] == 0);
    check_near(counts[2], 100 * 0.15 * 300);
  }
  for (const float spike : sent(options, {0, 0, 0})) CHECK(spike == 0);
}

TEST_CASE("Poisson spikes of a sample do not depend on windows, shares or dark neighbours", "[inputs]") {
  std::vector<float> sample(200);
  for (std::size_t u = 40; u < 170; ++u) sample[u] = static_cast<float>(u % 7) / 6;
  const std::vector<float> all = sent(poisson(), sample);
  for (const std::int64_t window : {1, 7, 16, 64}) CHECK(sent(poisson(), sample, 1, window) == all);
  CHECK(sent(poisson(), sample, 1, 64, 3) == all);
  CHECK(sent(poisson(), sample, 2) != all);
  for (std::size_t u = 0; u < 100; ++u) sample[u] = 0;
  const std::vector<float> half = sent(poisson(), sample);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i % 200 >= 100) CHECK(half[i] == all[i]);
}

TEST_CASE("a sample is silent after it was shown", "[inputs]") {
  auto options = poisson();
  options.show = 50;
  const std::vector<float> all = sent(options, {1, 1, 1, 1}, 1, 64);
  double before = 0, after = 0;
  for (std::size_t i = 0; i < all.size(); ++i) (i < 200 ? before : after) += static_cast<double>(all[i]);
  CHECK(before > 0);
  CHECK(after == 0);
}
