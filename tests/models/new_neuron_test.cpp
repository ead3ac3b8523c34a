#include <functional>

#include "models/catalogue_entries.hpp"
#include "sim/population_kernel.hpp"
#include "tests/models/conformance.hpp"
#include "tests/models/trace.hpp"

namespace cajal::test {

namespace {

/// A model that stands in this file alone: everything else must follow from it.
struct AdaptiveQuadratic {
  static constexpr std::string_view name = "adaptive_quadratic";
  static constexpr std::string_view meaning = "quadratic integrate-and-fire neuron with adaptation";
  static constexpr std::string_view equations =
      "tau_m dV_m/dt = (V_m - E_L)(V_m - V_c) / (V_c - E_L) - z + R (I_e + I(V_m))\n"
      "tau_z dz/dt = -z\n"
      "spike:  V_m >= V_peak\n"
      "reset:  V_m := V_reset, z := z + q; V_m held for t_ref";
  static constexpr std::string_view source = "a test";

  template <class T>
  struct State {
    T V_m, z;
  };
  template <class T>
  struct Parameters {
    T tau_m, R, E_L, V_c, V_peak, V_reset, tau_z, q, t_ref, I_e;
  };
  using S = State<double>;
  using P = Parameters<double>;

  static constexpr auto state = fields(field(&S::z, "z", "mV", 0, config::any_number, "adaptation"),
                                       field(&S::V_m, "V_m", "mV", -65, config::any_number, "membrane potential"));
  static constexpr auto parameters =
      fields(field(&P::tau_m, "tau_m", "ms", 10, config::positive, "membrane time constant"),
             field(&P::R, "R", "GOhm", 0.05, config::positive, "membrane resistance"),
             field(&P::E_L, "E_L", "mV", -65, config::any_number, "resting potential"),
             field(&P::V_c, "V_c", "mV", -50, config::any_number, "critical potential"),
             field(&P::V_peak, "V_peak", "mV", -30, config::any_number, "potential at which a spike is counted"),
             field(&P::V_reset, "V_reset", "mV", -60, config::any_number, "potential after a spike"),
             field(&P::tau_z, "tau_z", "ms", 50, config::positive, "time constant of the adaptation"),
             field(&P::q, "q", "mV", 2, config::not_negative, "adaptation by a spike"),
             field(&P::t_ref, "t_ref", "ms", 1, config::not_negative, "refractory time"),
             field(&P::I_e, "I_e", "pA", 0, config::any_number, "constant current"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const Input<T>& input, const Q& p) {
    const T growth = (x.V_m - p.E_L) * (x.V_m - p.V_c) / (p.V_c - p.E_L);
    return {(growth - x.z + p.R * (p.I_e + input.at(x.V_m))) / p.tau_m, -x.z / p.tau_z};
  }
  template <class T, class Q>
  static T spiked(const State<T>&, const State<T>& now, const Q& p) {
    return now.V_m - p.V_peak;
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q& p) {
    x.V_m = T(p.V_reset);
    x.z = x.z + p.q;
    return x;
  }
};

const std::vector<NodeEntry>& extended() {
  static const std::vector<NodeEntry> entries = [] {
    std::vector<NodeEntry> out = node_catalogue();
    out.push_back(population_entry<AdaptiveQuadratic>("neurons"));
    return out;
  }();
  return entries;
}

std::string driven(const std::string& keys) {
  return "[node]\nE = { kind = \"adaptive_quadratic\", size = 3" + std::string(keys.empty() ? "" : ", ") + keys +
         " }\nstep = { kind = \"current\", amplitude = \"300 pA\", start = \"5 ms\" }\n"
         "[edge]\nI = { from = \"step\", to = \"E.current\" }\n";
}

Plan trial_plan(std::size_t batch, std::int64_t steps) {
  Plan plan;
  plan.batch = batch;
  plan.window = steps;
  plan.tape = true;
  return plan;
}

}  // namespace

TEST_CASE("a neuron of one struct keeps the contract of models", "[models]") { conformance<AdaptiveQuadratic, true>(); }

TEST_CASE("a neuron of one struct runs from a config and is recorded", "[models]") {
  Simulation<double> simulation(driven("V_peak = \"-20 mV\", init = { V_m = \"-61 mV\" }"), 0.1, extended());
  const Trace trace = simulation.run(2000, "E");
  CHECK(trace.at("spikes").size() > 3);
  CHECK(trace.at("V_m")[0] == Approx(-61).margin(0.1));
  CHECK(trace.at("z").back() > 2);
  CHECK(*std::max_element(trace.at("refractory").begin(), trace.at("refractory").end()) == 10);
  // Adaptation makes the intervals longer.
  const auto& spikes = trace.at("spikes");
  CHECK(spikes.back() - spikes[spikes.size() - 2] > spikes[1] - spikes[0]);
  // Single precision runs the same text.
  CHECK(Simulation<float>(driven(""), 0.1, extended()).run(500, "E").at("spikes").size() > 0);
}

TEST_CASE("a neuron of one struct describes itself and has its errors found", "[models]") {
  const std::string text = extended().back().describe();
  for (const char* part : {"adaptive_quadratic: quadratic", "tau_z dz/dt = -z", "V_peak", "-30 mV",
                           "critical potential", "source: a test"})
    CHECK(text.find(part) != std::string::npos);
  CHECK_THROWS_AS(Simulation<double>(driven("V_peek = \"1 mV\""), 0.1, extended()), ConfigError);
  CHECK_THROWS_AS(Simulation<double>(driven("tau_m = \"-1 ms\""), 0.1, extended()), ConfigError);
  CHECK_THROWS_AS(Simulation<double>(driven("integrator = \"exact\""), 0.1, extended()), ConfigError);
  CHECK_THROWS_AS(Simulation<double>(driven(""), 0.1), ConfigError);
}

TEST_CASE("a neuron of one struct is integrated by Odeint", "[models]") {
  const auto run = [](const std::string& integrator, double dt, std::int64_t steps) {
    return Simulation<double>(driven("V_peak = \"1000 mV\", I_e = \"-100 pA\", integrator = \"" + integrator + "\""),
                              dt, extended())
        .run(steps, "E")
        .at("V_m")
        .back();
  };
  // The current comes one step after its start, whatever the step: the same course but for that.
  const double exact = run("dopri5", 0.1, 200);
  CHECK(run("rk4", 0.1, 200) == Approx(exact).epsilon(0).margin(1e-8));
  CHECK(run("heun", 0.1, 200) == Approx(exact).epsilon(0).margin(1e-2));
  CHECK(exact > -64.9);
}

TEST_CASE("a neuron of one struct is trained through", "[models]") {
  const std::string text =
      "[node]\n"
      "train = { kind = \"spikes\", times = [[\"0.5 ms\", \"3 ms\"], [\"1 ms\", \"2 ms\", \"4 ms\"], [\"1.5 ms\"]] }\n"
      "E = { kind = \"adaptive_quadratic\", size = 4, receptors = { input = \"exponential_current\" }, "
      "surrogate = { kind = \"sigmoid\", slope = 0.3, smooth = true }, reset_gradient = \"through\" }\n"
      "[edge]\n"
      "W = { from = \"train\", to = \"E.input\", kind = \"dense\", weight = { uniform = [\"100 pA\", \"900 pA\"] }, "
      "bias = false }\n"
      "R = { from = \"E\", to = \"E.input\", kind = \"dense\", weight = { uniform = [\"-90 pA\", \"90 pA\"] }, delay = "
      "\"0.3 ms\", bias = false }\n";
  constexpr std::int64_t steps = 80;
  Simulation<double> simulation(text, 0.1, extended(), trial_plan(1, steps), true);
  Node<double>& E = simulation.node("E");
  const Slice all{0, 1, 0, 1};
  const auto weight = [](std::int64_t t, std::size_t u) {
    return Stream(5, "tests.loss").uniform(u, static_cast<std::uint64_t>(t)) - 0.4;
  };
  const auto loss = [&] {
    simulation.clock->refresh();
    simulation.clock->reset_all();
    simulation.clock->run({0, steps}, 1);
    double sum = 0;
    for (std::int64_t t = 0; t < steps; ++t)
      for (std::size_t u = 0; u < 4; ++u) sum += weight(t, u) * E.output.at(t, 0)[u];
    return sum;
  };
  loss();
  simulation.clock->clear_gradients({0, steps}, all);
  for (std::int64_t t = 0; t < steps; ++t)
    for (std::size_t u = 0; u < 4; ++u) E.output_gradient.at(t, 0)[u] += weight(t, u);
  simulation.clock->rewind({0, steps}, all);
  for (std::size_t k = 0; k < simulation.clock->gradient_tasks(); ++k)
    simulation.clock->gradient_task(k, {0, steps}, 1);
  for (const char* name : {"W", "R"}) {
    Parameter<double>& parameter = *simulation.network->edge(name)->parameters()[0];
    auto row_major = parameter.row_major();
    const auto place = [&](std::size_t i) { return parameter.order.empty() ? i : parameter.order[i]; };
    double largest = 0;
    for (std::size_t i = 0; i < row_major.size(); ++i) {
      const double got = parameter.gradient[place(i)];
      const auto difference = [&](double h) {
        auto moved = row_major;
        moved[i] += h;
        parameter.assign(moved);
        const double above = loss();
        moved[i] -= 2 * h;
        parameter.assign(moved);
        return (above - loss()) / (2 * h);
      };
      const double expected = (4 * difference(1e-3) - difference(2e-3)) / 3;
      parameter.assign(row_major);
      INFO(name << " " << i);
      CHECK(got == Approx(expected).epsilon(1e-6).margin(5e-12));
      largest = std::max(largest, std::fabs(got));
    }
    CHECK(largest > 1e-5);
  }
}

}  // namespace cajal::test
