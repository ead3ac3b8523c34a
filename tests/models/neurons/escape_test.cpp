// The chance in gif and poisson_neuron, by statistics over many units. Tolerances are four standard deviations.

#include <cmath>
#include <functional>

#include "tests/models/neurons/spikes_of.hpp"

namespace cajal::test {

namespace {

/// How many of n units have not spiked for the first time after k steps, against the product of their chances not to.
void check_survivors(const std::vector<std::vector<double>>& trains, std::size_t from, double dt, std::size_t steps,
                     const std::function<double(std::size_t)>& hazard) {
  std::vector<double> waits;
  for (const auto& train : trains)
    if (train.size() > from) waits.push_back(train[from] - (from > 0 ? train[from - 1] : 0));
  const auto n = static_cast<double>(waits.size());
  REQUIRE(n > 1000);
  double survives = 1;
  std::size_t outside = 0;
  for (std::size_t k = 1; k <= steps; ++k) {
    survives *= std::exp(-hazard(k) * dt);
    const double time = (static_cast<double>(k) + 0.5) * dt;
    const auto left = std::count_if(waits.begin(), waits.end(), [&](double w) { return w > time; });
    outside +=
        std::fabs(static_cast<double>(left) / n - survives) > 4 * std::sqrt(survives * (1 - survives) / n) + 1e-9;
  }
  CHECK(outside == 0);
  CHECK(survives < 0.2);
}

}  // namespace

TEST_CASE("poisson_neuron fires as a Poisson process of its rate", "[models][statistics]") {
  constexpr double dt = 0.5, rate = 40, duration = 1000;
  constexpr std::size_t units = 2000;
  const auto trains =
      spikes_alone("poisson_neuron", units, "rate_e = \"40 Hz\", init = { r = \"40 Hz\" }", dt, duration);
  const double chance = -std::expm1(-rate * 1e-3 * dt), draws = units * duration / dt;
  double spikes = 0, sum = 0, squares = 0, intervals = 0;
  for (const auto& train : trains) {
    spikes += static_cast<double>(train.size());
    for (std::size_t i = 1; i < train.size(); ++i) {
      const double interval = train[i] - train[i - 1];
      sum += interval;
      squares += interval * interval;
      ++intervals;
    }
  }
  CHECK(spikes == Approx(draws * chance).epsilon(0).margin(4 * std::sqrt(draws * chance * (1 - chance))));
  // 1 but for the steps: that of a geometric distribution; intervals longer than the run are missing.
  const double mean = sum / intervals, cv = std::sqrt(squares / intervals - mean * mean) / mean;
  CHECK(cv == Approx(std::sqrt(1 - chance)).epsilon(0).margin(0.04));
  check_survivors(trains, 0, dt, 120, [](std::size_t) { return 0.04; });
}

TEST_CASE("poisson_neuron follows the rate that arrives and takes negative rates as none", "[models][statistics]") {
  const auto rate_of_wave = [](double mean, double from, double to) {
    const auto trains = spikes_of(
        fmt::format(
            "[node]\nN = {{ kind = \"poisson_neuron\", size = 1000 }}\nwave = {{ kind = \"current\", amplitude = {{ "
            "times = [\"0 ms\", \"200 ms\"], values = [{}, 100] }} }}\n[edge]\nI = {{ from = \"wave\", to = "
            "\"N.current\", weight = \"1 Hz\" }}\n",
            mean),
        0.5, 400);
    double spikes = 0;
    for (const auto& train : trains)
      for (const double t : train) spikes += t > from && t <= to;
    return spikes / (to - from);
  };
  // 1000 units, 1/s and ms: spikes a ms are the rate in Hz.
  CHECK(rate_of_wave(20, 20, 200) == Approx(20).margin(4 * std::sqrt(20.0 / 180)));
  CHECK(rate_of_wave(20, 220, 400) == Approx(100 * 0.975).margin(4 * std::sqrt(100.0 / 180)));
  CHECK(rate_of_wave(-50, 0, 200) == 0);
}

TEST_CASE("gif escapes with its hazard, which its spikes lower", "[models][statistics]") {
  // At a constant potential, 1 mV above the threshold: lambda_0 e; after a spike the threshold is q_sfa_1 higher.
  constexpr double dt = 0.5, t_ref = 4;
  const std::string common =
      "I_e = \"0 pA\", E_L = \"-50 mV\", V_reset = \"-50 mV\", V_T_star = \"-51 mV\", Delta_V = \"1 mV\", lambda_0 = "
      "\"20 "
      "Hz\", q_stc_1 = \"0 pA\", q_stc_2 = \"0 pA\", q_sfa_2 = \"0 mV\", ";
  const double first = 0.02 * std::exp(1);
  const auto trains = spikes_alone("gif", 3000, common + "q_sfa_1 = \"3 mV\", tau_sfa_1 = \"50 ms\"", dt, 600);
  check_survivors(trains, 0, dt, 100, [&](std::size_t) { return first; });
  check_survivors(trains, 1, dt, 400, [&](std::size_t k) {
    const double since = static_cast<double>(k) * dt;
    return since < t_ref + dt / 2 ? 0 : first * std::exp(-3 * std::exp(-since / 50));
  });
}

}  // namespace cajal::test
