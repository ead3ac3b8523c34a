// Networks of rate models and oscillators, their noise, and rates and spikes in one network.

#include <fmt/format.h>

#include "sim/random.hpp"
#include "tests/catch.hpp"
#include "tests/models/rates/course.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

/// What `look(values of the column)` says after each of the last `samples` of `steps` steps.
template <class Real, class Look>
std::vector<double> looked(Simulation<Real>& s, const std::string& node, const std::string& column, std::int64_t steps,
                           std::int64_t samples, Look&& look) {
  s.clock->reset_all();
  std::vector<double> out;
  for (std::int64_t t = 0; t < steps; ++t) {
    s.clock->run({t, t + 1}, 1);
    if (t < steps - samples) continue;
    for (const Column<Real>& c : s.node(node).columns())
      if (c.name == column) out.push_back(look(s.row(*c.signal, t + 1)));
  }
  return out;
}

double mean_of(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

/// Mean order parameter of the second half, of a population of phase oscillators.
double order(double coupling, std::uint64_t seed) {
  constexpr int n = 100;
  const Stream stream(seed, "tests.kuramoto");
  std::string phases;
  for (int i = 0; i < n; ++i)
    phases +=
        fmt::format("{}{:.6f}", i ? ", " : "", 2 * M_PI * (stream.uniform(static_cast<std::uint64_t>(i), 0) - 0.5));
  // Half width 5 rad/s: K_c = 10 rad/s.
  const std::string text = fmt::format(
      "[node]\nR = {{ kind = \"kuramoto\", size = {0}, f = \"= {1} Hz * sin(pi * ((i + 0.5) / n - 0.5)) / cos(pi * ((i "
      "+ 0.5) / n - 0.5))\", init = {{ theta = [{2}] }} }}\n"
      "[edge]\nsine = {{ from = \"R.sin\", to = \"R.sine\", connect = \"all_to_all\", weight = {3}, delay = \"2 ms\" "
      "}}\n"
      "cosine = {{ from = \"R.cos\", to = \"R.cosine\", connect = \"all_to_all\", weight = {3}, delay = \"2 ms\" }}\n",
      n, 5 / (2 * M_PI), phases, coupling / n);
  Simulation<float> s(text, 2);
  const auto r = looked(s, "R", "theta", 1200, 600, [](const std::vector<double>& theta) {
    double x = 0, y = 0;
    for (const double a : theta) x += std::cos(a) / n, y += std::sin(a) / n;
    return std::hypot(x, y);
  });
  return mean_of(r);
}

}  // namespace

TEST_CASE("phase oscillators lock from Kuramoto's critical coupling on", "[models][rates]") {
  // Acebron et al. 2005, Rev. Mod. Phys. 77:137, eq. 12: K_c = 2 gamma, r = sqrt(1 - K_c / K) for a Lorentzian.
  for (const std::uint64_t seed : {1, 2, 3}) {
    CHECK(order(20, seed) == Approx(std::sqrt(0.5)).margin(0.05));
    CHECK(order(5, seed) < 0.3);
  }
}

TEST_CASE("a phase keeps its digits for a long time", "[models][rates]") {
  Simulation<float> s("[node]\nR = { kind = \"kuramoto\", size = 1, f = \"40.1 Hz\" }\n", 1);
  const auto theta = looked(s, "R", "theta", 20000, 2000, [](const auto& v) { return v[0]; });
  for (const double x : theta) REQUIRE(std::fabs(x) < 3.1416);
  // 20 s are 802 turns.
  CHECK(std::sin(theta.back()) == Approx(0).margin(0.02));
  CHECK(std::cos(theta.back()) > 0.99);
}

TEST_CASE("white noise and a leak make an Ornstein-Uhlenbeck process", "[models][rates]") {
  // tau du = -u dt + tau sigma dW: variance sigma^2 tau / 2, correlation e^(-t / tau).
  constexpr std::size_t n = 4000;
  Simulation<float> s(
      fmt::format(
          "[node]\nR = {{ kind = \"linear_rate\", size = {}, tau = \"5 ms\", noise = {{ on = \"r\", sigma = 0.4 "
          "}} }}\n",
          n),
      0.5);
  s.clock->reset_all();
  std::vector<std::vector<double>> rows;
  for (std::int64_t t = 0; t < 110; ++t) {
    s.clock->run({t, t + 1}, 1);
    if (t == 99 || t == 109) rows.push_back(s.row(*s.node("R").columns()[0].signal, t + 1));
  }
  double square = 0, product = 0;
  for (std::size_t i = 0; i < n; ++i) square += rows[1][i] * rows[1][i] / n, product += rows[0][i] * rows[1][i] / n;
  // A step's noise is added behind its decay: the variance of the steps is sigma^2 dt / (1 - e^(-2 dt / tau)).
  const double expected = 0.16 * 0.5 / -std::expm1(-0.2);
  CHECK(square == Approx(expected).epsilon(5 * std::sqrt(2.0 / n)));
  CHECK(product / square == Approx(std::exp(-1)).margin(5 / std::sqrt(n)));
}

TEST_CASE("coloured noise is filtered by a rate unit", "[models][rates]") {
  // tau du/dt = -u + eta, eta with the time constant tau_n: variance sigma^2 tau_n / (tau + tau_n).
  constexpr std::size_t n = 4000;
  Simulation<float> s(fmt::format("[node]\nR = {{ kind = \"linear_rate\", size = {}, tau = \"5 ms\", noise = {{ kind = "
                                  "\"ornstein_uhlenbeck\", sigma = 2, tau = \"15 ms\" }} }}\n",
                                  n),
                      0.1);
  const auto squares = looked(s, "R", "r", 600, 1, [](const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x * x;
    return sum / n;
  });
  CHECK(squares[0] == Approx(4 * 15.0 / 20).epsilon(5 * std::sqrt(2.0 / n)));
}

TEST_CASE("oscillators that are joined along their differences swing together", "[models][rates]") {
  // z = x + i y of two Stuart-Landau oscillators of one frequency: their difference decays at 2 g - a / 1, their mean
  // is that of one alone, of amplitude sqrt(a).
  const std::string text =
      "[node]\nR = { kind = \"stuart_landau\", size = 2, a = 0.25, f = \"10 Hz\", tau = \"100 ms\", init = { x = [0.5, "
      "-0.3], y = [0, 0.2] }, receptors = { x = { kind = \"diffusive\", at = \"x\" }, y = { kind = \"diffusive\", at = "
      "\"y\" } } }\n"
      "[edge]\nx = { from = \"R.x\", to = \"R.x\", connect = { rule = \"all_to_all\", self = false }, weight = 1, "
      "delay "
      "= \"0.1 ms\" }\n"
      "y = { from = \"R.y\", to = \"R.y\", connect = { rule = \"all_to_all\", self = false }, weight = 1, delay = "
      "\"0.1 "
      "ms\" }\n";
  Simulation<double> s(text, 0.1);
  const auto gap = looked(s, "R", "x", 20000, 1, [](const auto& v) { return std::fabs(v[0] - v[1]); });
  CHECK(gap[0] < 1e-6);
  const auto swing = looked(s, "R", "x", 20000, 2000, [](const auto& v) { return v[0]; });
  CHECK(*std::max_element(swing.begin(), swing.end()) == Approx(0.5).epsilon(0.01));
  CHECK(0.1 * period_of(swing) == Approx(100).epsilon(0.005));
}

TEST_CASE("a rate unit drives neurons, whose spikes drive a rate unit", "[models][rates]") {
  // The rate 600 is a current of 600 pA: intervals t_ref + tau_m ln((E_L + R I - V_reset) / (E_L + R I - V_th)). The
  // filtered train has the mean weight x tau_syn x rate.
  const std::string text =
      "[node]\n"
      "source = { kind = \"linear_rate\", size = 1, mu = 600, init = { r = 600 } }\n"
      "E = { kind = \"lif\", size = 20, receptors = { input = \"current\" }, init = { V_m = { uniform = [\"-70 mV\", "
      "\"-56 mV\"] } } }\n"
      "sink = { kind = \"linear_rate\", size = 1, tau = \"20 ms\", receptors = { spikes = { kind = "
      "\"exponential_current\", tau_syn = \"30 ms\" } } }\n"
      "[edge]\n"
      "down = { from = \"source\", to = \"E.input\", connect = \"all_to_all\", weight = \"1 pA\", delay = \"1 ms\" }\n"
      "up = { from = \"E\", to = \"sink.spikes\", connect = \"all_to_all\", weight = 0.05, delay = \"2 ms\" }\n";
  Simulation<double> s(text, 0.1);
  const auto& lif = s.node("E");
  REQUIRE(lif.spiking());
  // tau_m = 10 ms, C_m = 250 pF, t_ref = 2 ms, E_L = V_reset = -70 mV, V_th = -55 mV.
  const double pull = 600 * 10 / 250.0, interval = 2 + 10 * std::log(pull / (pull - 15));
  const auto mean = looked(s, "sink", "r", 6000, 3000, [](const auto& v) { return v[0]; });
  CHECK(mean_of(mean) == Approx(20 * 0.05 * 30 / interval).epsilon(0.02));
}

}  // namespace cajal::test
