#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

constexpr double g_L = 25, C_m = 250;  // nS, pF: tau_m = 10 ms

/// Two membranes that never fire, joined by `weight`.
std::string pair(const std::string& weight, const std::string& init, double delay, const std::string& keys = "") {
  return fmt::format(
      "[node]\nE = {{ kind = \"lif\", preset = \"nest\", size = 2, V_th = \"1000 mV\", receptors = {{ gap = "
      "\"gap_junction\" }}, init = {{ V_m = {} }}{} }}\n"
      "[edge]\nG = {{ from = \"E.V_m\", to = \"E.gap\", connect = {{ rule = \"all_to_all\", self = false }}, weight = "
      "\"{}\", delay = \"{} ms\" }}\n",
      init, keys, weight, delay);
}

/// Both potentials after each step.
std::vector<std::array<double, 2>> course(const std::string& text, double dt, double duration) {
  Simulation<double> s(text, dt);
  s.clock->reset_all();
  std::vector<std::array<double, 2>> out;
  const auto columns = s.node("E").columns();
  for (std::int64_t t = 0; t < std::lround(duration / dt); ++t) {
    s.clock->run({t, t + 1}, 1);
    const auto v = s.row(*columns[0].signal, t + 1);
    out.push_back({v[0], v[1]});
  }
  return out;
}

}  // namespace

TEST_CASE("two passive cells relax as their linear system says", "[models]") {
  // The sum of both potentials relaxes with C / g_L, their difference with C / (g_L + 2 g).
  const auto error = [](double dt) {
    const auto v = course(pair("10 nS", "[\"-60 mV\", \"-75 mV\"]", dt), dt, 40);
    double most = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const double t = static_cast<double>(i + 1) * dt;
      const double mean = -70 + 2.5 * std::exp(-t * g_L / C_m), half = 7.5 * std::exp(-t * (g_L + 20) / C_m);
      most = std::max({most, std::fabs(v[i][0] - mean - half), std::fabs(v[i][1] - mean + half)});
    }
    return most;
  };
  // The potential of a step before is held over a step: of first order.
  const double coarse = error(0.1), fine = error(0.05);
  CHECK(coarse < 0.05);
  CHECK(coarse / fine == Approx(2).epsilon(0.05));
}

TEST_CASE("the coupling coefficient of two cells is g / (g + g_L)", "[models]") {
  // A constant current into the first; the second follows.
  const auto v = course(pair("10 nS", "\"-70 mV\"", 0.1, ", I_e = [\"100 pA\", \"0 pA\"]"), 0.1, 300).back();
  CHECK((v[1] + 70) / (v[0] + 70) == Approx(10 / (10 + g_L)).epsilon(1e-10));
  // The conductance that the current sees: g_L and, in series, g and g_L.
  CHECK(v[0] + 70 == Approx(100 / (g_L + 10 * g_L / (10 + g_L))).epsilon(1e-10));
}

TEST_CASE("a variable is read one delay later, with a weight in its unit", "[models]") {
  const std::string text =
      "[node]\nE = { kind = \"adex\", size = 3, I_e = [\"900 pA\", \"0 pA\", \"-100 pA\"] }\n"
      "reader = { kind = \"lif\", size = 3, V_th = \"1000 mV\", receptors = { input = \"current\" } }\n"
      "mean = { kind = \"leaky_readout\", size = 1 }\n"
      "[edge]\nX = { from = \"E.V_m\", to = \"reader.input\", connect = \"one_to_one\", weight = \"2 nS\", delay = "
      "\"0.7 "
      "ms\" }\n"
      "Y = { from = \"E.w\", to = \"mean.input\", kind = \"dense\", init = \"zeros\", bias = false }\n";
  Simulation<double> s(text, 0.1);
  CHECK(s.network->node("E.V_m")->size() == 3);
  CHECK(s.network->sparse_edge("X")->weight.unit == "pA/mV");
  for (auto* p : s.network->edge("Y")->parameters()) p->assign({0.5, 1, 2});
  s.clock->refresh();
  s.clock->reset_all();
  const auto columns = s.node("E").columns();
  std::vector<std::vector<double>> v(7, s.row(*columns[0].signal, 0));
  for (std::int64_t t = 0; t < 300; ++t) {
    s.clock->run({t, t + 1}, 1);
    const auto arrived = s.row(s.node("reader").ports[0].arrivals, t);
    for (std::size_t u = 0; u < 3; ++u)
      REQUIRE(arrived[u] == Approx(2 * v[static_cast<std::size_t>(t)][u]).epsilon(1e-14));
    v.push_back(s.row(*columns[0].signal, t + 1));
    const auto w = s.row(*columns[1].signal, t + 1);
    REQUIRE(s.row(s.node("mean").ports[0].arrivals, t)[0] == Approx(0.5 * w[0] + w[1] + 2 * w[2]).margin(1e-10));
  }
  CHECK(v.back()[0] != v.front()[0]);
}

TEST_CASE("diffusive coupling of rates is linear consensus", "[models]") {
  // tau dr_i/dt = -r_i + sum_j w (r_j - r_i): differences relax with tau / (1 + 2 w), the mean with tau.
  Simulation<double> s(
      "[node]\nR = { kind = \"leaky_readout\", size = 2, tau = \"10 ms\", integrator = \"exponential_euler\", "
      "receptors = { "
      "near = \"diffusive\" }, init = { u = [1, 0.2] } }\n"
      "[edge]\nD = { from = \"R.u\", to = \"R.near\", connect = { rule = \"all_to_all\", self = false }, weight = 1.5, "
      "delay = "
      "\"0.01 ms\" }\n",
      0.01);
  s.clock->reset_all();
  for (std::int64_t t = 0; t < 1000; ++t) s.clock->run({t, t + 1}, 1);
  const auto r = s.row(s.node("R").output, 999);
  CHECK(r[0] + r[1] == Approx(1.2 * std::exp(-1)).epsilon(5e-3));
  CHECK(r[0] - r[1] == Approx(0.8 * std::exp(-4)).epsilon(1e-2));
}

TEST_CASE("what is wrong with an edge that reads a variable is said", "[models]") {
  const auto error = [](const std::string& from, const std::string& edge, bool trained = false) {
    try {
      Simulation<double>(
          "[node]\nE = { kind = \"adex\", size = 2, receptors = { ex = \"exponential_current\", gap = "
          "\"gap_junction\" } }\nP = { kind = \"poisson\", size = 2, rate = \"1 Hz\" }\n[edge]\nX = { from = \"" +
              from + "\", delay = \"1 ms\", " + edge + " }\n",
          0.1, node_catalogue(), {}, trained);
    } catch (const ConfigError& e) {
      std::string all;
      for (const Diagnostic& d : e.diagnostics()) all += (all.empty() ? "" : "\n") + d.address + ": " + d.message;
      return all;
    }
    return std::string();
  };
  const std::string gap = "to = \"E.gap\", connect = \"all_to_all\", weight = \"1 nS\"";
  CHECK(error("E.V_m", gap).empty());
  CHECK(error("E.V", gap + ", release = 0.5") != "");
  CHECK(error("E.v_m", "to = \"E.ex\", weight = \"1 nS\"") ==
        "edge.X.from: \"E\" has no variable \"v_m\"; did you mean `V_m`? there are: V_m, w");
  CHECK(error("P.rate", "to = \"E.ex\", weight = \"1 nS\"") ==
        "edge.X.from: \"P\" has no variables that edges can read; write \"P\" for its output");
  CHECK(error("E.", gap).starts_with("edge.X.from: \"E.\" names no variable"));
  CHECK(error("F.V_m", gap).starts_with("edge.X.from: no node \"F\""));
  CHECK(error("E.V_m", "to = \"E.ex\", weight = \"1 pA\"").starts_with("edge.X.weight: expected"));
  CHECK(error("E", gap) ==
        "edge.X.from: \"E.gap\" takes the difference of a state variable and its own: write from = \"E.V_m\"");
  CHECK(error("E.w", gap) == "edge.X.from: \"E.gap\" takes potentials, in mV; w of \"E\" is in pA");
  CHECK(error("E.V_m", "to = \"E.gap\", kind = \"one_to_one\", weight = \"1 nS\"").find("only sparse edges") !=
        std::string::npos);
  CHECK(error("E.V_m", gap + ", release = 0.5").starts_with("edge.X.release: what flows into"));
  CHECK(error("E.V_m", "to = \"E.gap\", connect = \"all_to_all\", weight = \"-1 nS\"") ==
        "edge.X.weight: a weight of -1 nS: a conductance is at least 0");
  CHECK(error("E.V_m", gap, true).find("cannot be trained") != std::string::npos);
  CHECK(error("E.V_m", "to = \"E.gap\", connect = \"all_to_all\", weight = \"1 nS\", short_term = \"tsodyks_markram\"")
            .find("edge.X_release.from: \"E.V_m\" sends no spikes") != std::string::npos);
}

TEST_CASE("cells of one potential exchange nothing, from the first step on and whatever the delay", "[models]") {
  for (const double delay : {0.1, 3.7}) {
    const auto v = course(pair("10 nS", "\"-60 mV\"", delay), 0.1, 20);
    double most = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const double alone = -70 + 10 * std::exp(-static_cast<double>(i + 1) * 0.1 / 10);
      // With a delay the partner's potential of then is a little higher.
      if (delay < 1) most = std::max(most, std::fabs(v[i][0] - alone));
      CHECK(v[i][0] == v[i][1]);
    }
    CHECK(most < 0.05);
    // Over the first delay the partner stands at its start: one linear equation.
    const double rest = (25 * -70.0 + 10 * -60.0) / 35;
    const std::size_t first = static_cast<std::size_t>(std::lround(delay / 0.1));
    for (std::size_t i = 0; i < first; ++i)
      CHECK(v[i][0] ==
            Approx(rest + (-60 - rest) * std::exp(-static_cast<double>(i + 1) * 0.1 * 35 / 250)).epsilon(1e-12));
  }
}

}  // namespace cajal::test
