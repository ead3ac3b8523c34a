// Rules with traces against closed forms and against what their papers show.

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

using Times = std::vector<std::int64_t>;

/// The weight of a synapse without delay, of 1 nS before, after pre and post spikes at these steps of 1 ms.
double after(const std::string& keys, const Times& pre, const Times& post) {
  Experiment<double> e(1, 1, {{0}, {0}, {1.0}, {0}});
  std::int64_t last = 0;
  for (const auto t : pre) e.X().at.insert({t, 0, 0}), last = std::max(last, t);
  for (const auto t : post) e.E().at.insert({t, 0, 0}), last = std::max(last, t);
  e.learn("s = { on = \"edge.XE\", " + keys + " }", 1);
  e.start(1, 50);
  e.trial(last + 1);
  return e.weights()[0];
}

double e_to(double x) { return std::exp(x); }

}  // namespace

TEST_CASE("the window of STDP, fitted, has the amplitudes and time constants of its keys", "[plasticity]") {
  // One post unit, and a pre unit for each distance from -50 to 50 ms but 0; single precision.
  constexpr std::int64_t far = 500;
  Synapses synapses{{}, {}, {0.5}, {0}};
  for (std::uint32_t i = 0; i < 2 * far; ++i) synapses.source.push_back(i), synapses.target.push_back(0);
  Experiment<float> e(2 * far, 1, synapses);
  e.E().at.insert({600, 0, 0});
  for (std::int64_t i = 0; i < far; ++i) {
    e.X().at.insert({600 - (i + 1), 0, static_cast<std::size_t>(i)});
    e.X().at.insert({600 + (i + 1), 0, static_cast<std::size_t>(far + i)});
  }
  e.learn(
      R"(s = { rule = "stdp_additive", on = "edge.XE", tau_plus = "17 ms", tau_minus = "34 ms", A_plus = 0.03, A_minus = 0.02, w_max = "1 nS" })");
  e.start(0.1, 50);
  e.trial(1200);
  const auto fitted = [&](std::int64_t first, double sign) {
    // The straight line of the logarithm.
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (std::int64_t i = 0; i < far; ++i) {
      const double t = 0.1 * static_cast<double>(i + 1);
      const double change = sign * (static_cast<double>(e.weights()[static_cast<std::size_t>(first + i)]) - 0.5);
      REQUIRE(change > 0);
      n += 1, x += t, y += std::log(change), xx += t * t, xy += t * std::log(change);
    }
    const double slope = (n * xy - x * y) / (n * xx - x * x);
    return std::pair(e_to((y - slope * x) / n), -1 / slope);
  };
  CHECK(fitted(0, 1).first == Approx(0.03).epsilon(0.01));
  CHECK(fitted(0, 1).second == Approx(17).epsilon(0.01));
  CHECK(fitted(far, -1).first == Approx(0.02).epsilon(0.01));
  CHECK(fitted(far, -1).second == Approx(34).epsilon(0.01));
}

TEST_CASE("a rule of pairs counts the pairs that its key says", "[plasticity]") {
  for (const std::string rule :
       {R"(rule = "stdp_additive", A_plus = 0.0025, A_minus = 0.005, w_max = "3 nS")",
        R"(rule = "stdp", lambda = 0.0025, alpha = 2, mu_plus = 0, mu_minus = 0, w_max = "3 nS")"}) {
    INFO(rule);
    // What is left of 1 nS, in steps of 0.01 nS.
    const auto change = [&](const std::string& pairs, const Times& pre, const Times& post) {
      return (after(rule + R"(, w_min = "-1 nS", tau_plus = "10 ms", tau_minus = "20 ms", pairs = ")" + pairs + "\"",
                    pre, post) -
              1) *
             100;
    };
    const auto plus = [](double ms) { return e_to(-ms / 10); };
    const auto minus = [](double ms) { return -2 * e_to(-ms / 20); };
    // Two spikes of one side before one of the other, and one between two.
    const Times two = {20, 23}, one = {28};
    CHECK(change("all", two, one) == Approx(plus(8) + plus(5)));
    CHECK(change("all", one, two) == Approx(minus(8) + minus(5)));
    for (const std::string pairs : {"nearest", "presynaptic_centred", "reduced"}) {
      INFO(pairs);
      CHECK(change(pairs, two, one) == Approx(plus(5)));
      CHECK(change(pairs, one, two) == Approx(minus(5)));
    }
    const Times first = {20}, later = {26, 29};
    for (const std::string pairs : {"all", "nearest"}) CHECK(change(pairs, first, later) == Approx(plus(6) + plus(9)));
    for (const std::string pairs : {"presynaptic_centred", "reduced"})
      CHECK(change(pairs, first, later) == Approx(plus(6)));
    for (const std::string pairs : {"all", "nearest", "presynaptic_centred"})
      CHECK(change(pairs, later, first) == Approx(minus(6) + minus(9)));
    CHECK(change("reduced", later, first) == Approx(minus(6)));
    // Alternating spikes pair with their neighbours.
    for (const std::string pairs : {"nearest", "presynaptic_centred", "reduced"})
      CHECK(change(pairs, {20, 30}, {24, 37}) == Approx(plus(4) + minus(6) + plus(7)));
  }
}

TEST_CASE("the power law potentiates by a power of the weight and depresses in proportion", "[plasticity]") {
  const std::string keys =
      R"(rule = "stdp_power", tau_plus = "15 ms", tau_minus = "30 ms", lambda = 0.1, alpha = 0.5, mu = 0.4, w_0 = "0.2 nS")";
  CHECK(after(keys, {20}, {26}) == Approx(1 + 0.1 * std::pow(0.2, 0.6) * e_to(-6.0 / 15)).epsilon(1e-12));
  CHECK(after(keys, {26}, {20}) == Approx(1 - 0.1 * 0.5 * e_to(-6.0 / 30)).epsilon(1e-12));
  // No bound holds a weight that grows.
  Times burst;
  for (std::int64_t t = 21; t < 121; ++t) burst.push_back(t);
  CHECK(after(keys, {20}, burst) > 1.3);
}

namespace {

/// Amplitudes of the triplet rule; time constants 16.8 and 33.7 ms of the fast traces.
struct Triplet {
  std::string preset;
  double tau_x, tau_y, A2_plus, A3_plus, A2_minus, A3_minus;
};

/// The sum of the changes by n pairs at a frequency, post spike d ms after pre spike (or -d before), from the geometric
/// series of the traces.
double pairs_of(const Triplet& p, double hertz, double d, int n) {
  const double T = 1000 / hertz;
  const auto sum = [T](double tau, int terms) {  // q + q^2 + ..., q = exp(-T / tau)
    const double q = e_to(-T / tau);
    return q * (1 - std::pow(q, terms)) / (1 - q);
  };
  double w = 0;
  for (int k = 0; k < n; ++k) {
    // Before spike k of either side there were k of its own, and of the other side k and, if that comes first, one.
    const double r1 = d > 0 ? e_to(-d / 16.8) * (1 + sum(16.8, k)) : e_to(-d / 16.8) * sum(16.8, k);
    const double o1 = d > 0 ? e_to(d / 33.7) * sum(33.7, k) : e_to(d / 33.7) * (1 + sum(33.7, k));
    w += r1 * (p.A2_plus + p.A3_plus * sum(p.tau_y, k));
    w -= o1 * (p.A2_minus + p.A3_minus * sum(p.tau_x, k));
  }
  return w;
}

}  // namespace

TEST_CASE("the triplet rule turns from depression to potentiation as the rate of pairs rises", "[plasticity]") {
  const auto change = [](const std::string& preset, int hertz, std::int64_t d) {
    Times pre, post;
    for (std::int64_t k = 0; k < 60; ++k) {
      pre.push_back(20 + k * 1000 / hertz + (d < 0 ? -d : 0));
      post.push_back(pre.back() + d);
    }
    return after(fmt::format(R"(rule = "triplet", preset = "{}", w_min = "-10 nS", w_max = "10 nS")", preset), pre,
                 post) -
           1;
  };
  for (const Triplet& p : {Triplet{"visual_cortex", 101, 125, 5e-10, 6.2e-3, 7e-3, 2.3e-4},
                           Triplet{"visual_cortex_minimal", 101, 114, 0, 6.5e-3, 7.1e-3, 0},
                           Triplet{"hippocampus", 946, 27, 6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3},
                           Triplet{"hippocampus_minimal", 946, 40, 5.3e-3, 8e-3, 3.5e-3, 0}})
    for (const int hertz : {10, 20, 40, 50})
      for (const int d : {10, -10}) {
        INFO(p.preset << ", " << hertz << " Hz, " << d << " ms");
        CHECK(change(p.preset, hertz, d) == Approx(pairs_of(p, hertz, d, 60)).epsilon(1e-9));
      }
  // Sjostrom et al. 2001: nothing or depression at low rates, potentiation at 40 and 50 Hz whichever spike comes first.
  const std::string cortex = "visual_cortex";
  CHECK(std::fabs(change(cortex, 1, 10)) < 0.05);
  CHECK(change(cortex, 1, -10) < -0.2);
  CHECK(change(cortex, 20, 10) > 0.15);
  CHECK(change(cortex, 20, -10) < -0.2);
  for (const int hertz : {40, 50}) CHECK((change(cortex, hertz, 10) > 0.4 && change(cortex, hertz, -10) > 0.1));
}

namespace {

/// Independent Poisson spikes of 50 pre and 40 post units for 3 s, in steps of 1 ms.
struct Drift {
  double pre, post;  ///< spikes a unit
  double change;     ///< of the weights, mean

  Drift(const std::string& keys, double pre_rate, double post_rate) {
    constexpr std::int64_t steps = 3000;
    Experiment<double> e(50, 40, all_to_all(50, 40, 50, 50, 0, 0, 1));
    random_spikes(e.X(), steps, 1, pre_rate * 1e-3, 2);
    random_spikes(e.E(), steps, 1, post_rate * 1e-3, 3);
    e.learn("s = { on = \"edge.XE\", " + keys + " }", 1);
    e.start(1, 50);
    e.trial(steps);
    pre = static_cast<double>(e.X().at.size()) / 50;
    post = static_cast<double>(e.E().at.size()) / 40;
    double sum = 0;
    for (const double w : e.weights()) sum += w - 50;
    change = sum / static_cast<double>(e.weights().size());
  }
};

}  // namespace

TEST_CASE("inhibition grows by how much the target fires above rho0", "[plasticity]") {
  // Independent trains: dw/dt = eta pre 2 tau (post - rho0), here of the rates that were drawn.
  for (const double rate : {2.0, 10.0, 30.0}) {
    const Drift found(R"(rule = "vogels", eta = "0.01 nS", tau = "20 ms", rho0 = "10 Hz")", 20, rate);
    INFO(rate);
    CHECK(found.change == Approx(0.01 * found.pre * 0.04 * (found.post / 3 - 10)).margin(0.015));
  }
}

TEST_CASE("triplets and depression that slides balance near the rate kappa", "[plasticity]") {
  // Independent trains. Potentiation is A3_plus tau_plus tau_y pre post^2; depression has the mean of h^2 o1, from the
  // cumulants of filtered Poisson spikes, in seconds.
  constexpr double tau_plus = 0.0168, tau_minus = 0.0337, tau_y = 0.114, tau_h = 0.2, A3_plus = 6.5e-3;
  const auto expected = [&](const Drift& found, double kappa) {
    const double pre = found.pre / 3, post = found.post / 3, h = post * tau_h, o1 = post * tau_minus;
    const double spread = post * tau_h / 2, shared = post / (1 / tau_h + 1 / tau_minus);
    const double third = post / (2 / tau_h + 1 / tau_minus);
    const double mean = h * h * o1 + spread * o1 + 2 * h * shared + third;
    // Traces begin at 0: it takes a time constant until they are what they will be.
    const double plus = A3_plus * tau_plus * tau_y * pre * post * post * (3 - tau_y);
    const double minus =
        A3_plus * tau_plus * tau_y / (tau_minus * kappa * tau_h * tau_h) * pre * mean * (3 - 1.5 * tau_h);
    return plus - minus;
  };
  for (const double kappa : {15.0, 30.0, 60.0}) {
    const Drift found(fmt::format(R"(rule = "triplet_metaplastic", kappa = "{} Hz", tau_h = "200 ms")", kappa), 20, 20);
    INFO(kappa);
    CHECK(found.change == Approx(expected(found, kappa)).margin(0.03));
  }
}
