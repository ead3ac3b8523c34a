#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "models/inputs/current.hpp"
#include "models/inputs/noise_current.hpp"
#include "models/inputs/poisson.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

Plan plan_of(double dt, std::int64_t window = 100, std::uint64_t seed = 1) {
  Plan plan;
  plan.dt = dt;
  plan.window = window;
  plan.seed = seed;
  return plan;
}

/// [step][unit] of what a node sends, run in windows and, within them, in shares of its units.
template <class Real>
std::vector<double> run(Node<Real>& node, const Plan& plan, std::int64_t steps, std::size_t parts = 1) {
  node.prepare(plan);
  for (std::size_t part = 0; part < parts; ++part) node.reset({0, 1, part, parts});
  std::vector<double> out;
  for (std::int64_t t = 0; t < steps; t += plan.window) {
    const Steps window{t, std::min(steps, t + plan.window)};
    for (std::size_t part = 0; part < parts; ++part) node.advance(window, {0, 1, part, parts});
    for (std::int64_t s = window.begin; s < window.end; ++s)
      out.insert(out.end(), node.output.at(s, 0), node.output.at(s, 0) + node.size());
  }
  return out;
}

double sum_of(const std::vector<double>& values, std::size_t first, std::size_t last) {
  double sum = 0;
  for (std::size_t i = first; i < last; ++i) sum += values[i];
  return sum;
}

PoissonInput<float> poisson_of(PoissonInput<float>::Rate rate, std::size_t size, double start = 0,
                               double stop = 1e300) {
  return {"p", size, std::move(rate), start, stop};
}

constexpr std::size_t units = 500;

}  // namespace

TEST_CASE("a Poisson input fires at its rate between start and stop", "[inputs]") {
  auto node = poisson_of(800.0, units, 2, 8);
  const auto counts = run(node, plan_of(0.1), 100);
  CHECK(sum_of(counts, 0, 20 * units) == 0);
  CHECK(sum_of(counts, 80 * units, 100 * units) == 0);
  const double expected = 60 * units * 0.08;
  CHECK(std::fabs(sum_of(counts, 20 * units, 80 * units) - expected) < 4 * std::sqrt(expected));
}

TEST_CASE("the rate of a Poisson input jumps at its times", "[inputs]") {
  auto node = poisson_of(Waveform::Jumps{{1, 4, 6}, {2000, 0, 500}}, units);
  const auto counts = run(node, plan_of(0.1), 100);
  CHECK(sum_of(counts, 0, 10 * units) == 0);
  CHECK(sum_of(counts, 40 * units, 60 * units) == 0);
  for (const auto& [first, last, mean] : {std::tuple{10, 40, 0.2}, std::tuple{60, 100, 0.05}}) {
    const double expected = (last - first) * mean * units;
    const double found =
        sum_of(counts, static_cast<std::size_t>(first) * units, static_cast<std::size_t>(last) * units);
    CHECK(std::fabs(found - expected) < 4 * std::sqrt(expected));
  }
}

TEST_CASE("the rate of a Poisson input swings, cut at zero", "[inputs]") {
  // Of 100 Hz a period is 100 steps, of 97 Hz no whole number of them.
  for (const double frequency : {100.0, 97.0}) {
    auto node = poisson_of(Waveform::Sine{300, 900, frequency, 0.5}, 4000);
    const auto counts = run(node, plan_of(0.1), 300);
    double chi = 0;
    std::size_t silent = 0;
    for (std::size_t t = 0; t < 300; ++t) {
      const double time = 1e-4 * (static_cast<double>(t) + 0.5);
      const double rate = 300 + 900 * std::sin(2 * std::numbers::pi * frequency * time + 0.5);
      const double found = sum_of(counts, t * 4000, (t + 1) * 4000), expected = std::max(0.0, rate) * 1e-4 * 4000;
      if (expected == 0) {
        ++silent;
        CHECK(found == 0);
      } else if (expected > 5) {
        chi += (found - expected) * (found - expected) / expected - 1;
      }
    }
    CHECK(silent > 80);
    CHECK(std::fabs(chi) < 4 * std::sqrt(2 * (300.0 - static_cast<double>(silent))));
  }
}

TEST_CASE("each unit of a Poisson input may have its own rate", "[inputs]") {
  std::vector<double> rates(64);
  for (std::size_t u = 0; u < 64; ++u) rates[u] = 100.0 * static_cast<double>(u % 4);
  auto node = poisson_of(rates, 64);
  const auto counts = run(node, plan_of(0.1), 4000);
  for (std::size_t k = 0; k < 4; ++k) {
    double found = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (i % 4 == k) found += counts[i];
    const double expected = 4000 * 16 * 0.01 * static_cast<double>(k);
    CHECK(std::fabs(found - expected) <= 4 * std::sqrt(expected));
  }
}

TEST_CASE("inputs do not depend on threads or windows", "[inputs]") {
  const auto check = [](auto make) {
    auto first = make();
    const auto whole = run(first, plan_of(0.1, 60), 60);
    for (const std::size_t parts : {2, 3}) {
      auto node = make();
      CHECK(run(node, plan_of(0.1, 7), 60, parts) == whole);
    }
  };
  check([] { return poisson_of(2.0, 300); });
  check([] { return poisson_of(20000.0, 300); });
  check([] { return poisson_of(std::vector<double>(300, 20000.0), 300); });
  check([] { return poisson_of(Waveform::Sine{300, 900, 97, 0}, 300); });
  // So many values that no tables of them are kept.
  Waveform::Jumps many;
  for (int i = 0; i < 3000; ++i) {
    many.times.push_back(0.1 * (i / 50 + 1) + 0.002 * (i % 50));
    many.values.push_back(1000.0 + i / 50);
  }
  check([&] { return poisson_of(many, 300); });
  check([] { return NoiseCurrentInput<float>("n", 300, 1, 2, 3); });
}

TEST_CASE("a current jumps, swings, and may differ by unit", "[inputs]") {
  CurrentInput<double> jumps("c", 2, Waveform(Waveform::Jumps{{1, 2}, {5, -3}}), 0, 2.5);
  const auto stairs = run(jumps, plan_of(0.5), 6);
  CHECK(stairs == std::vector<double>{0, 0, 0, 0, 5, 5, 5, 5, -3, -3, 0, 0});

  CurrentInput<double> wave("c", 1, Waveform(Waveform::Sine{1, 2, 10, 0.3}), 0, 1e300);
  const auto sine = run(wave, plan_of(0.1), 2500);
  double worst = 0;
  for (std::size_t t = 0; t < sine.size(); ++t) {
    const double time = 1e-4 * (static_cast<double>(t) + 0.5);
    worst = std::max(worst, std::fabs(sine[t] - 1 - 2 * std::sin(2 * std::numbers::pi * 10 * time + 0.3)));
  }
  CHECK(worst < 1e-12);

  CurrentInput<double> each("c", 3, std::vector<double>{1, 2, 3}, 0, 1e300);
  CHECK(run(each, plan_of(0.1), 1) == std::vector<double>{1, 2, 3});
}

TEST_CASE("a noise current has its mean, variance and correlation, whatever the step", "[inputs]") {
  constexpr double mean = 200, sigma = 50, tau = 5;
  constexpr std::size_t n = 2000;
  for (const double dt : {0.1, 4.0})
    for (const std::uint64_t seed : {1, 2, 3}) {
      NoiseCurrentInput<double> node("n", n, mean, sigma, tau);
      const auto x = run(node, plan_of(dt, 100, seed), 100);
      // Between units all is independent: five standard errors over them.
      const double root = std::sqrt(static_cast<double>(n));
      for (const std::size_t t : {0, 50, 99}) {
        double sum = 0, square = 0;
        for (std::size_t u = 0; u < n; ++u) {
          const double d = x[t * n + u] - mean;
          sum += d;
          square += d * d;
        }
        CHECK(std::fabs(sum / n) < 5 * sigma / root);
        CHECK(std::fabs(square / n - sigma * sigma) < 5 * std::sqrt(2) * sigma * sigma / root);
      }
      for (const std::size_t lag : {1, 10, 50}) {
        double product = 0;
        for (std::size_t u = 0; u < n; ++u) product += (x[u] - mean) * (x[lag * n + u] - mean);
        const double expected = std::exp(-static_cast<double>(lag) * dt / tau);
        CHECK(std::fabs(product / n / (sigma * sigma) - expected) < 5 * std::sqrt(1 + expected * expected) / root);
      }
    }
}

TEST_CASE("the state of a noise current is a column, and goes on from where it is", "[inputs]") {
  NoiseCurrentInput<double> whole("n", 20, 1, 2, 3), second("n", 20, 1, 2, 3);
  const auto x = run(whole, plan_of(0.1, 10), 40);
  const auto columns = whole.columns();
  REQUIRE(columns.size() == 1);
  CHECK(columns[0].name == "I");
  CHECK(columns[0].unit == "pA");
  CHECK(columns[0].signal->at(40, 0)[7] == x[39 * 20 + 7]);

  run(second, plan_of(0.1, 10), 20);
  std::copy_n(&x[19 * 20], 20, second.columns()[0].signal->at(20, 0));
  second.advance({20, 21}, {});
  CHECK(second.output.at(20, 0)[3] == x[20 * 20 + 3]);

  // With a tape each step's state is kept.
  Plan plan = plan_of(0.1, 10);
  plan.tape = true;
  NoiseCurrentInput<double> taped("n", 20, 1, 2, 3);
  CHECK(run(taped, plan, 10) == std::vector<double>(x.begin(), x.begin() + 200));
  CHECK(taped.columns()[0].signal->at(4, 0)[5] == x[3 * 20 + 5]);
}

TEST_CASE("trials of a noise current differ", "[inputs]") {
  NoiseCurrentInput<double> node("n", 4, 0, 1, 3);
  const auto first = run(node, plan_of(0.1), 5);
  node.trials[0] = 1;
  node.reset({});
  node.advance({0, 5}, {});
  for (std::int64_t t = 0; t < 5; ++t) CHECK(node.output.at(t, 0)[2] != first[static_cast<std::size_t>(t) * 4 + 2]);
}

TEST_CASE("a Poisson input that is told rates fires at those and its own", "[inputs]") {
  auto node = poisson_of(100.0, units);
  node.prepare(plan_of(0.1, 100));
  std::vector<double> told(units, 0.0);
  for (std::size_t u = 0; u < units / 2; ++u) told[u] = 700;
  const auto count = [&](std::int64_t begin, std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::int64_t t = begin; t < begin + 1000; t += 100) {
      node.advance({t, t + 100}, {0, 1, 0, 1});
      for (std::int64_t s = t; s < t + 100; ++s)
        for (std::size_t u = from; u < to; ++u) sum += static_cast<double>(node.output.at(s, 0)[u]);
    }
    return sum;
  };
  const auto near = [](double found, double expected) { return std::fabs(found - expected) < 4 * std::sqrt(expected); };
  CHECK(near(count(0, 0, units), 0.1 * 100 * units));
  node.steer(told);
  CHECK(near(count(1000, 0, units / 2), 0.1 * 800 * units / 2));
  CHECK(near(count(2000, units / 2, units), 0.1 * 100 * units / 2));
  std::fill(told.begin(), told.end(), -500.0);
  node.steer(told);
  CHECK(count(3000, 0, units) == 0);
  CHECK(node.unsteerable().empty());
  CHECK(!poisson_of(Waveform(Waveform::Sine{10, 5, 4, 0}), 3).unsteerable().empty());
  CHECK_THROWS_AS(node.steer(std::vector<double>(3, 1.0)), Error);
}

TEST_CASE("a current that is told more adds it", "[inputs]") {
  CurrentInput<double> node("I", 2, std::vector<double>{1, 2}, 1, 3);
  node.prepare(plan_of(1, 1));
  node.steer(std::vector<double>{10, 20});
  for (std::int64_t t = 0; t < 4; ++t) {
    node.advance({t, t + 1}, {0, 1, 0, 1});
    const bool on = t == 1 || t == 2;
    CHECK(node.output.at(t, 0)[0] == (on ? 11 : 0));
    CHECK(node.output.at(t, 0)[1] == (on ? 22 : 0));
  }
}
