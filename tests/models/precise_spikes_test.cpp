// Adaptive integrators: spikes at their own times, and stiff equations.

#include <fmt/format.h>

#include <algorithm>

#include "models/neurons/adex.hpp"
#include "models/rates/tanh_rate.hpp"
#include "sim/equations.hpp"
#include "sim/error.hpp"
#include "sim/precise_spikes.hpp"
#include "tests/catch.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

const std::string precise = "spike_times = \"precise\", absolute_tolerance = 1e-12, relative_tolerance = 1e-12, ";

std::string lif(const std::string& keys) {
  return "[node]\nE = { kind = \"lif\", size = 1, " + precise + keys + " }\n";
}

struct Spikes {
  Trace trace;
  std::vector<double> times;
};

Spikes spikes(const std::string& text, double dt, std::int64_t steps) {
  Simulation<double> simulation(text, dt);
  auto& node = dynamic_cast<PreciseSpikes&>(simulation.node("E"));
  REQUIRE(node.precise());
  node.keep_spikes();
  Spikes out{simulation.run(steps, "E"), {}};
  for (const PreciseSpike& s : node.take_spikes()) out.times.push_back(s.time);
  CHECK(node.take_spikes().empty());
  return out;
}

/// A lif from V_reset = E_L = -70 mV to V_th = -55 mV: the time between spikes under a constant current.
double interval(double current, double t_ref) {
  const double reached = current / 250 * 10;
  return t_ref + 10 * std::log(reached / (reached - 15));
}

}  // namespace

TEST_CASE("precise spikes of a lif under a constant current stand in closed form", "[models][odeint]") {
  for (const std::string integrator : {"dopri5", "rosenbrock4"}) {
    INFO(integrator);
    // The refractory time is no multiple of the step.
    const Spikes got =
        spikes(lif("integrator = \"" + integrator + "\", I_e = \"500 pA\", t_ref = \"2.0371 ms\""), 0.1, 3000);
    REQUIRE(got.times.size() == 18);
    const double apart = interval(500, 2.0371);
    for (std::size_t k = 0; k < got.times.size(); ++k) {
      CHECK(got.times[k] == Approx(apart * static_cast<double>(k + 1) - 2.0371).epsilon(0).margin(1e-9));
      // Edges see each at the end of its step.
      CHECK(got.trace.at("spikes")[k] == Approx(std::ceil(got.times[k] / 0.1) * 0.1));
    }
  }
}

TEST_CASE("several precise spikes within a step count each", "[models][odeint]") {
  const Spikes got = spikes(lif("integrator = \"dopri5\", I_e = \"10000 pA\", t_ref = \"0.3 ms\""), 2.0, 20);
  const double apart = interval(10000, 0.3);
  REQUIRE(got.times.size() == static_cast<std::size_t>((40 + 0.3) / apart));
  for (std::size_t k = 0; k < got.times.size(); ++k)
    CHECK(got.times[k] == Approx(apart * static_cast<double>(k + 1) - 0.3).epsilon(0).margin(1e-9));
  double sent = 0;
  for (const double n : got.trace.at("output")) sent += n;
  CHECK(sent == static_cast<double>(got.times.size()));
  const auto second = [](double time) { return time > 2 && time <= 4; };
  CHECK(std::count_if(got.times.begin(), got.times.end(), second) > 1);
  CHECK(got.trace.at("output")[1] == static_cast<double>(std::count_if(got.times.begin(), got.times.end(), second)));
  // A reset above the threshold would fire for ever.
  CHECK_THROWS_AS(
      spikes(lif("integrator = \"dopri5\", V_reset = \"-50 mV\", I_e = \"500 pA\", t_ref = \"0 ms\""), 0.1, 1000),
      NumericalError);
}

TEST_CASE("while a neuron is refractory its membrane is held, or nothing, or all of it", "[models][odeint]") {
  const std::string arrivals =
      "drive = { kind = \"spikes\", times = [\"0.5 ms\", \"3.5 ms\"] }\n"
      "[edge]\nd = { from = \"drive\", to = \"E.input\", weight = \"20 mV\", delay = \"0.5 ms\" }\n";
  const auto run = [&](const std::string& refractory) {
    return spikes(
        lif("integrator = \"dopri5\", t_ref = \"2.55 ms\", V_reset = \"-65 mV\", refractory = \"" + refractory + "\"") +
            arrivals,
        0.5, 20);
  };
  // The first arrival makes a spike at 1 ms, at the end of a step; the second comes at 4 ms, when the membrane is free.
  for (const std::string hold : {"clamp", "freeze"}) {
    const Spikes got = run(hold);
    REQUIRE(got.times.size() == 2);
    CHECK(got.times[0] == 1.0);
    CHECK(got.times[1] == 4.0);
    CHECK(got.trace.at("V_m")[5] == -65);
    CHECK(got.trace.at("refractory")[1] == Approx(5.1));
    CHECK(got.trace.at("refractory")[5] == Approx(1.1));
    // From 3.55 ms on it decays to rest.
    CHECK(got.trace.at("refractory")[7] == Approx(5.1));
  }
  const Spikes silent = run("silent");
  REQUIRE(silent.times.size() == 2);
  CHECK(silent.trace.at("V_m")[3] == Approx(-70 + 5 * std::exp(-0.1)).epsilon(1e-10));
}

TEST_CASE("what is above the threshold when refractoriness ends fires at once", "[models][odeint]") {
  const Spikes got =
      spikes(lif("integrator = \"dopri5\", t_ref = \"1.234 ms\", V_reset = \"-50 mV\", I_e = \"600 pA\""), 0.1, 200);
  REQUIRE(got.times.size() > 5);
  for (std::size_t k = 1; k < got.times.size(); ++k)
    CHECK(got.times[k] - got.times[k - 1] == Approx(1.234).epsilon(1e-9));
}

TEST_CASE("precise spikes do not depend on the cut of a run, and begin anew with a trial", "[models][odeint]") {
  const std::string text = lif("integrator = \"rosenbrock4\", I_e = { uniform = [\"400 pA\", \"900 pA\"] }");
  Plan plan;
  plan.window = 16;
  Simulation<double> a(text, 0.1, node_catalogue(), plan), b(text, 0.1, node_catalogue(), plan);
  const auto times = [](Simulation<double>& s, std::int64_t cut) {
    auto& node = dynamic_cast<PreciseSpikes&>(s.node("E"));
    node.keep_spikes();
    s.clock->reset_all();
    for (std::int64_t t = 0; t < 480; t += cut) s.clock->run({t, t + cut}, 1);
    std::vector<double> out;
    for (const PreciseSpike& p : node.take_spikes()) out.push_back(p.time);
    return out;
  };
  const auto first = times(a, 1);
  CHECK(first.size() > 1);
  CHECK(times(b, 16) == first);
  CHECK(times(a, 3) == first);
}

TEST_CASE("equations without their type give the Jacobian of their slopes", "[models][odeint]") {
  const auto check = [](const Equations& e, std::vector<double> x, const std::vector<double>& p) {
    const std::size_t n = x.size(), columns = n + 2;
    Input<double> in{120, 3};
    std::vector<double> by(n * columns), up(n), down(n);
    e.jacobian(x.data(), &in, p.data(), by.data());
    for (std::size_t j = 0; j < columns; ++j) {
      double& v = j < n ? x[j] : j == n ? in.current : in.conductance;
      const double h = 1e-5, old = v;
      v = old + h;
      e.slopes(x.data(), &in, p.data(), up.data());
      v = old - h;
      e.slopes(x.data(), &in, p.data(), down.data());
      v = old;
      for (std::size_t i = 0; i < n; ++i)
        CHECK(by[i * columns + j] == Approx((up[i] - down[i]) / (2 * h)).epsilon(1e-6).margin(1e-9));
    }
  };
  std::vector<double> p(parameter_count<AdEx>);
  for (const Field& f : AdEx::parameters) p[f.member] = f.value;
  check(equations_of<AdEx>(), {-52, 30}, p);
  CHECK(equations_of<AdEx>().output == nullptr);
  CHECK(equations_of<TanhRate>().spiked == nullptr);
}

TEST_CASE("both adaptive integrators agree, with conductances and a current that depends on the potential",
          "[models][odeint]") {
  const auto run = [](const std::string& integrator) {
    return spikes(
        "[node]\nE = { kind = \"adex\", size = 1, " + precise + "integrator = \"" + integrator +
            "\", t_ref = \"1 ms\", receptors = { g = { kind = \"exponential_conductance\", tau_syn = \"3 ms\" } } }\n"
            "drive = { kind = \"spikes\", times = [\"2 ms\", \"3 ms\", \"5 ms\"] }\n"
            "[edge]\ng = { from = \"drive\", to = \"E.g\", weight = \"60 nS\", delay = \"1 ms\" }\n",
        0.1, 300);
  };
  const Spikes a = run("dopri5"), b = run("rosenbrock4");
  REQUIRE(a.times.size() >= 2);
  REQUIRE(b.times.size() == a.times.size());
  for (std::size_t k = 0; k < a.times.size(); ++k) CHECK(b.times[k] == Approx(a.times[k]).epsilon(0).margin(1e-8));
  CHECK(distance(a.trace.at("V_m"), b.trace.at("V_m"), 300) < 1e-6);
  CHECK(distance(a.trace.at("g.g_syn"), b.trace.at("g.g_syn"), 300) < 1e-9);
}

}  // namespace cajal::test
