#include <fmt/format.h>

#include "models/catalogue.hpp"
#include "tests/catch.hpp"
#include "tests/models/trace.hpp"
#include "tests/reference/json.hpp"

namespace cajal::test {

namespace {

constexpr double dt = 0.1;

/// A membrane far from its threshold with one receptor, which gets one arrival of `weight` at 1 ms.
Trace response(const std::string& receptor, const std::string& weight, std::int64_t steps,
               const std::string& keys = "") {
  return Simulation<double>(
             fmt::format("[node]\npulse = {{ kind = \"spikes\", times = [\"0.5 ms\"] }}\n"
                         "E = {{ kind = \"lif\", size = 1, V_th = \"1000 mV\", receptors = {{ ex = {} }}{} }}\n"
                         "[edge]\nX = {{ from = \"pulse\", to = \"E.ex\", weight = \"{}\", delay = \"0.5 ms\" }}\n",
                         receptor, keys, weight),
             dt)
      .run(steps, "E");
}

/// Step 9 ends at 1 ms.
double after_arrival(std::size_t row) { return (static_cast<double>(row) - 9) * dt; }

std::string double_exponential(const std::string& kind, double rise, double decay) {
  return fmt::format("{{ kind = \"double_exponential_{}\", tau_rise = \"{:.17g} ms\", tau_decay = \"{:.17g} ms\" }}",
                     kind, rise, decay);
}

/// Roth & van Rossum 2009, section 6.2: the difference of two exponentials, divided by its greatest value.
double two_exponentials(double t, double rise, double decay) {
  const double peak = rise * decay / (decay - rise) * std::log(decay / rise);
  const auto difference = [&](double at) { return std::exp(-at / decay) - std::exp(-at / rise); };
  return t < 0 ? 0 : difference(t) / difference(peak);
}

}  // namespace

TEST_CASE("lif with alpha currents equals iaf_psc_alpha of NEST", "[models][nest]") {
  const std::string neuron =
      "[node]\nE = { kind = \"lif\", preset = \"nest\", size = 1, receptors = { "
      "ex = { kind = \"alpha_current\", tau_syn = \"2 ms\" }, in = { kind = \"alpha_current\", tau_syn = \"4 ms\" } } "
      "}\n";
  const std::string step =
      "step = { kind = \"current\", amplitude = \"500 pA\", start = \"20 ms\", stop = \"180 ms\" }\n";
  const auto check = [&](const std::string& name, const std::string& drive) {
    INFO(name);
    const Trace nest = read_trace("nest/" + name + ".csv");
    const auto expected = reference::read_json("nest/" + name + ".json")["spike_times_ms"].numbers();
    Trace got = Simulation<double>(neuron + drive, dt).run(2000, "E");
    CHECK(distance(got.at("V_m"), nest.at("V_m"), 2000) < 1e-9);
    REQUIRE(got["spikes"].size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(got["spikes"][i] == Approx(expected[i]).margin(1e-9));
    return std::pair(got, nest);
  };
  check("iaf_psc_alpha_dc", step + "[edge]\nI = { from = \"step\", to = \"E.current\", kind = \"one_to_one\" }\n");
  check("iaf_psc_alpha_dcgen", step + "[edge]\nI = { from = \"step\", to = \"E.current\", delay = \"1 ms\" }\n");
  const auto [got, nest] = check("iaf_psc_alpha_spikes",
                                 "up = { kind = \"spikes\", times = [\"20 ms\", \"23 ms\", \"60 ms\"] }\n"
                                 "down = { kind = \"spikes\", times = [\"40 ms\", \"62.5 ms\"] }\n"
                                 "[edge]\nU = { from = \"up\", to = \"E.ex\", weight = \"200 pA\", delay = \"1 ms\" }\n"
                                 "D = { from = \"down\", to = \"E.in\", weight = \"-100 pA\", delay = \"2 ms\" }\n");
  CHECK(distance(got.at("ex.I_syn"), nest.at("I_syn_ex"), 2000) < 1e-9);
  CHECK(distance(got.at("in.I_syn"), nest.at("I_syn_in"), 2000) < 1e-9);
}

TEST_CASE("a double-exponential current is the difference of two exponentials whose peak is the weight", "[models]") {
  for (const auto& [rise, decay] :
       {std::pair(0.5, 5.0), std::pair(5.0, 0.5), std::pair(1.9, 2.0), std::pair(0.01, 100.0)}) {
    INFO(rise << " " << decay);
    const auto course = response(double_exponential("current", rise, decay), "70 pA", 600).at("ex.I_syn");
    double error = 0;
    for (std::size_t i = 0; i < course.size(); ++i)
      error = std::max(error, std::fabs(course[i] - 70 * two_exponentials(after_arrival(i), rise, decay)));
    CHECK(error < 1e-10);
  }
}

TEST_CASE("equal time constants of rise and decay make an alpha function, and nearly equal ones nearly", "[models]") {
  for (const auto& [kind, weight, state] :
       {std::tuple("current", "70 pA", "ex.I_syn"), std::tuple("conductance", "3 nS", "ex.g_syn")}) {
    INFO(kind);
    const Trace alpha = response(fmt::format("{{ kind = \"alpha_{}\", tau_syn = \"3 ms\" }}", kind), weight, 400);
    const Trace equal = response(double_exponential(kind, 3, 3), weight, 400);
    const Trace near = response(double_exponential(kind, 3, 3 * (1 + 1e-12)), weight, 400);
    CHECK(*std::max_element(alpha.at(state).begin(), alpha.at(state).end()) ==
          Approx(std::stod(weight)).epsilon(1e-12));
    CHECK(distance(equal.at(state), alpha.at(state), 400) < 1e-12);
    CHECK(distance(near.at(state), alpha.at(state), 400) < 1e-9);
    CHECK(distance(equal.at("V_m"), alpha.at("V_m"), 400) < 1e-12);
  }
}

TEST_CASE("conductances that rise move the membrane as an adaptive integration says", "[models]") {
  const std::string precise = ", integrator = \"dopri5\", absolute_tolerance = 1e-12, relative_tolerance = 1e-12";
  for (const std::string& receptor :
       {std::string("{ kind = \"alpha_conductance\", tau_syn = \"2 ms\", E_rev = \"-10 mV\" }"),
        double_exponential("conductance", 0.8, 6)}) {
    INFO(receptor);
    const auto course = [&](const std::string& keys) { return response(receptor, "8 nS", 500, keys).at("V_m"); };
    const auto exact = course(precise);
    CHECK(*std::max_element(exact.begin(), exact.end()) > exact[0] + 2);
    CHECK(distance(course(", integrator = \"rk4\""), exact, 500) < 1e-6);
    CHECK(distance(course(", integrator = \"heun\""), exact, 500) < 5e-3);
    CHECK(distance(course(", integrator = \"exponential_euler\""), exact, 500) < 0.1);
  }
}

}  // namespace cajal::test
