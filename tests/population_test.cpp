#include "sim/population.hpp"

#include "models/neurons/adex.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/lif.hpp"
#include "models/rates/leaky_readout.hpp"
#include "models/rates/tanh_rate.hpp"
#include "sim/error.hpp"
#include "tests/population_trial.hpp"

namespace cajal::test {

namespace {

using Feeds = std::vector<Trial<Lif>::Feed>;

PopulationOptions lif(Integrator integrator, std::vector<PopulationOptions::Entry> ports) {
  PopulationOptions o = population_options<Lif>(integrator);
  o.conventions = smooth_conventions(0.5);
  o.ports = std::move(ports);
  set<Lif>(o, "t_ref", {0});
  return o;
}

PopulationOptions lif_with_everything() {
  return lif(Integrator::exact,
             {delta_port("d"), exponential_port("ex", 2), exponential_port("same", 10), current_port("current")});
}
const Feeds every_feed{{-1, 4}, {0, 300}, {-100, 200}, {0, 600}};

std::vector<double> spread(double center, std::size_t size) {
  std::vector<double> out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = center * (1 + 0.01 * static_cast<double>(i));
  return out;
}

}  // namespace

TEST_CASE("the rewind of a lif population equals finite differences", "[population]") {
  SECTION("exact, delta synapses") {
    Trial<Lif>(lif(Integrator::exact, {delta_port("d")}), 5, 40, 2, {{0, 6}}).check_gradient();
  }
  SECTION("exact, exponential currents") {
    Trial<Lif>(lif(Integrator::exact, {exponential_port("ex", 2), exponential_port("in", 10)}), 5, 40, 2,
               {{0, 900}, {-200, 0}})
        .check_gradient();
  }
  SECTION("exact, all kinds of currents") { Trial<Lif>(lif_with_everything(), 5, 40, 2, every_feed).check_gradient(); }
  for (const Integrator i : {Integrator::exponential_euler, Integrator::euler, Integrator::heun, Integrator::rk4})
    DYNAMIC_SECTION("conductances by " << integrator_names[static_cast<std::size_t>(i)]) {
      Trial<Lif>(lif(i, {conductance_port("ex", 2, 0), conductance_port("in", 5, -80), current_port("current")}), 5, 40,
                 2, {{0, 10}, {0, 5}, {0, 300}})
          .check_gradient();
    }
}

TEST_CASE("the rewind of other models equals finite differences", "[population]") {
  for (const Integrator i : {Integrator::heun, Integrator::exponential_euler})
    DYNAMIC_SECTION("adex by " << integrator_names[static_cast<std::size_t>(i)]) {
      PopulationOptions o = population_options<AdEx>(i);
      o.conventions = smooth_conventions(0.3);
      set<AdEx>(o, "V_peak", {-45});
      o.ports = {delta_port("d"), exponential_port("ex", 2), conductance_port("g", 3, 0), current_port("current")};
      Trial<AdEx>(o, 5, 40, 2, {{0, 2}, {0, 500}, {0, 3}, {0, 500}}).check_gradient();
    }
  SECTION("izhikevich by heun") {
    PopulationOptions o = population_options<Izhikevich>(Integrator::heun);
    o.conventions = smooth_conventions(0.3);
    o.ports = {delta_port("d"), current_port("current")};
    Trial<Izhikevich>(o, 5, 40, 2, {{0, 3}, {0, 10}}).check_gradient();
  }
  SECTION("leaky_readout, exact") {
    PopulationOptions o = population_options<LeakyReadout>(Integrator::exact);
    o.ports = {current_port("input")};
    Trial<LeakyReadout>(o, 5, 40, 2, {{-1, 1}}).check_gradient();
  }
  SECTION("tanh_rate by heun") {
    PopulationOptions o = population_options<TanhRate>(Integrator::heun);
    o.ports = {current_port("input")};
    Trial<TanhRate>(o, 5, 40, 2, {{-1, 1}}).check_gradient();
  }
}

TEST_CASE("the rewind follows the conventions of the reset", "[population]") {
  PopulationOptions o = lif_with_everything();
  SECTION("in the next step") { o.conventions.next_step = true; }
  SECTION("by subtraction") { o.conventions.reset = Conventions::Reset::subtract; }
  SECTION("by subtraction in the next step") {
    o.conventions.reset = Conventions::Reset::subtract;
    o.conventions.next_step = true;
  }
  using Hold = Conventions::Refractoriness;
  for (const Hold hold : {Hold::clamp, Hold::freeze, Hold::silent})
    DYNAMIC_SECTION("refractory " << static_cast<int>(hold)) {
      o.conventions.refractory = hold;
      set<Lif>(o, "t_ref", {0.5});
    }
  SECTION("refractory and in the next step") {
    o.conventions.next_step = true;
    set<Lif>(o, "t_ref", {0.5});
  }
  Trial<Lif>(o, 5, 40, 2, every_feed).check_gradient();
}

TEST_CASE("the rewind takes parameters that differ from unit to unit", "[population]") {
  PopulationOptions o = lif_with_everything();
  set<Lif>(o, "tau_m", spread(8, 5));
  set<Lif>(o, "V_th", spread(-58, 5));
  set<Lif>(o, "t_ref", spread(0.3, 5));
  Trial<Lif>(o, 5, 40, 2, every_feed).check_gradient();
  PopulationOptions c = lif(Integrator::exponential_euler, {conductance_port("ex", 2, 0)});
  set<Lif>(c, "C_m", spread(200, 5));
  Trial<Lif>(c, 5, 40, 2, {{0, 20}}).check_gradient();
}

TEST_CASE("a held port collects the gradients of all steps", "[population]") {
  Trial<Lif>(lif(Integrator::exact, {delta_port("d"), current_port("current")}), 5, 40, 2, {{0, 4}, {0, 600, true}})
      .check_gradient();
  Trial<Lif>(lif(Integrator::heun, {delta_port("d"), conductance_port("g", 2, 0)}), 5, 40, 2,
             {{0, 4, true}, {0, 4, true}})
      .check_gradient();
}

TEST_CASE("a detached or surrogate gradient is the one worked out by hand", "[population]") {
  // One unit with delta synapses: f = P V + c + d, s = S(f - V_th), V := f + s (V_reset - f).
  constexpr std::int64_t steps = 60;
  for (const bool smooth : {true, false})
    for (const bool through : {false, true})
      for (const bool next_step : {false, true}) {
        INFO("smooth " << smooth << ", through " << through << ", next step " << next_step);
        PopulationOptions o = lif(Integrator::exact, {delta_port("d")});
        o.conventions.surrogate.smooth = smooth;
        o.conventions.through_reset = through;
        o.conventions.next_step = next_step;
        Trial<Lif> trial(o, 1, steps, 1, {{0, 6}});
        trial.run();
        trial.rewind();
        const double P = std::exp(-0.01), c = -70 * (1 - P), V_th = -55, V_reset = -70;
        const Surrogate& S = o.conventions.surrogate;
        std::vector<double> f(steps), tested(steps), s(steps + 1);  // s[t + 1]: the spike of step t
        double V = -70, spikes = 0;
        for (std::int64_t t = 0; t < steps; ++t) {
          const auto i = static_cast<std::size_t>(t);
          f[i] = P * V + c + trial.node.ports[0].arrivals.at(t, 0)[0];
          tested[i] = next_step ? f[i] + s[i] * (V_reset - f[i]) : f[i];
          s[i + 1] = smooth ? 1 / (1 + std::exp(-0.5 * (tested[i] - V_th))) : (tested[i] >= V_th ? 1 : 0);
          V = next_step ? tested[i] : f[i] + s[i + 1] * (V_reset - f[i]);
          spikes += s[i + 1];
          CHECK(trial.node.output.at(t, 0)[0] == Approx(s[i + 1]).epsilon(1e-9).margin(1e-12));
        }
        CHECK(spikes > 2);
        double by_V = 0, by_previous = 0;  // of the state after step t, and of its spike by the reset of the next
        for (std::int64_t t = steps; t-- > 0;) {
          const auto i = static_cast<std::size_t>(t);
          const double slope = S.derivative(tested[i] - V_th), by_spike = trial.weight(t, 0, 0) + by_previous;
          double by_f;
          if (next_step) {
            const double by_tested = by_spike * slope + by_V;
            by_f = by_tested * (1 - s[i]);
            by_previous = through ? by_tested * (V_reset - f[i]) : 0;
          } else {
            by_f = (by_spike + (through ? by_V * (V_reset - f[i]) : 0)) * slope + by_V * (1 - s[i + 1]);
          }
          CHECK(trial.node.ports[0].arrivals_gradient.at(t, 0)[0] == Approx(by_f).epsilon(1e-9).margin(1e-13));
          by_V = P * by_f;
        }
      }
}

TEST_CASE("slices and batches do not change a bit", "[population]") {
  constexpr std::size_t size = 70;
  PopulationOptions shared = lif_with_everything(), columns = shared;
  set<Lif>(shared, "t_ref", {0.5});
  set<Lif>(columns, "t_ref", std::vector<double>(size, 0.5));
  for (const PopulationOptions& o : {shared, columns}) {
    Trial<Lif> whole(o, size, 30, 3, every_feed);
    whole.run();
    whole.rewind();
    const auto expected = whole.everything();
    for (std::size_t parts = 2; parts <= 4; ++parts) {
      Trial<Lif> trial(o, size, 30, 3, every_feed);
      trial.run(parts);
      trial.rewind(parts);
      CHECK(different_bits(trial.everything(), expected) == 0);
    }
    // One sample alone: the draws of the trial depend on step, sample and unit only.
    Trial<Lif> one(o, size, 30, 1, every_feed);
    one.run();
    std::size_t different = 0;
    for (std::int64_t t = 0; t < 30; ++t)
      for (std::size_t u = 0; u < size; ++u)
        different += !same_bits(one.node.output.at(t, 0)[u], whole.node.output.at(t, 0)[u]);
    CHECK(different == 0);
  }
  Trial<Lif> a(shared, size, 30, 3, every_feed), b(columns, size, 30, 3, every_feed);
  a.run();
  a.rewind();
  b.run();
  b.rewind();
  CHECK(different_bits(a.everything(), b.everything()) == 0);
}

TEST_CASE("a refractory neuron is reset also where the reset comes a step late", "[population]") {
  PopulationOptions o = lif(Integrator::exact, {delta_port("d")});
  o.conventions = {};
  o.conventions.next_step = true;
  set<Lif>(o, "t_ref", {0.5});
  Trial<Lif> trial(o, 1, 10, 1, {{0, 0}});
  trial.node.ports[0].arrivals.at(0, 0)[0] = 20;
  trial.run();
  const auto columns = trial.node.columns();
  CHECK(columns[0].name == "V_m");
  const auto V = [&](std::int64_t t) { return columns[0].signal->at(t + 1, 0)[0]; };
  CHECK(trial.node.output.at(0, 0)[0] == 1);
  CHECK(V(0) == Approx(-50).epsilon(1e-12));
  for (std::int64_t t = 1; t < 10; ++t) CHECK(V(t) == Approx(-70).epsilon(1e-12));
}

TEST_CASE("a parameter made a column follows who writes it, and nothing else changes", "[population]") {
  PopulationOptions o = lif_with_everything();
  o.conventions.surrogate.smooth = false;
  Trial<Lif> plain(o, 20, 60, 1, every_feed), adapted(o, 20, 60, 1, every_feed);
  const auto threshold = adapted.node.parameter_column("V_th");
  REQUIRE(threshold.size() == 20);
  CHECK(adapted.node.parameter_column("no_such").empty());
  plain.run();
  adapted.run();
  CHECK(different_bits(plain.everything(), adapted.everything()) == 0);
  threshold[3] = 1000;
  adapted.run();
  double spikes = 0, silent = 0;
  for (std::int64_t t = 0; t < 60; ++t) {
    silent += adapted.node.output.at(t, 0)[3];
    for (std::size_t u = 0; u < 20; ++u) spikes += adapted.node.output.at(t, 0)[u];
  }
  CHECK(silent == 0);
  CHECK(spikes > 10);
}

TEST_CASE("a population by dopri5 follows the exact step and refuses to be trained through", "[population]") {
  PopulationOptions o = lif_with_everything();
  Trial<Lif> exact(o, 3, 50, 2, every_feed);
  o.integrator = Integrator::dopri5;
  Trial<Lif> adaptive(o, 3, 50, 2, every_feed);
  exact.run();
  adaptive.run();
  const auto a = exact.node.columns()[0].signal, b = adaptive.node.columns()[0].signal;
  for (std::int64_t t = 1; t <= 50; ++t)
    for (std::size_t u = 0; u < 3; ++u) CHECK(b->at(t, 1)[u] == Approx(a->at(t, 1)[u]).epsilon(0).margin(1e-6));
  Plan plan;
  plan.tape = true;
  adaptive.node.wants_gradient = true;
  CHECK_THROWS_AS(adaptive.node.prepare(plan), Error);
  plan.tape = false;
  CHECK_NOTHROW(adaptive.node.prepare(plan));
}

}  // namespace cajal::test
