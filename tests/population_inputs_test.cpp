#include <algorithm>

#include "models/neurons/lif.hpp"
#include "sim/population_kernel.hpp"
#include "tests/population_trial.hpp"

namespace cajal::test {

namespace {

/// Two coupled variables, each with an input of its own; fires at random.
struct Pair {
  [[maybe_unused]] static constexpr std::string_view name = "pair", meaning = "two variables", equations = "a test",
                                                     source = "a test";
  static constexpr std::array<std::string_view, 2> inputs{"x", "y"};
  template <class T>
  struct State {
    T x, y;
  };
  template <class T>
  struct Parameters {
    T a, tau;
  };
  template <class T>
  struct Observed {
    T sum, product;
  };
  static constexpr auto state = fields(field(&State<double>::x, "x", "", 0.2, config::any_number, "first"),
                                       field(&State<double>::y, "y", "", -0.1, config::any_number, "second"));
  static constexpr auto parameters = fields(field(&Parameters<double>::a, "a", "", 0.5, config::any_number, "coupling"),
                                            field(&Parameters<double>::tau, "tau", "ms", 4, config::positive, "time"));
  static constexpr auto observed =
      fields(field(&Observed<double>::sum, "sum", "", 0, config::any_number, "x + y"),
             field(&Observed<double>::product, "product", "", 0, config::any_number, "x y"));

  template <class T, class Q>
  static State<T> derivative(const State<T>& x, const std::array<Input<T>, 2>& input, const Q& p) {
    return {(p.a * x.y - x.x + input[0].at(x.x)) / p.tau, (-(p.a * x.x) - x.y * x.y * x.y + input[1].at(x.y)) / p.tau};
  }
  template <class T, class Q>
  static T hazard(const State<T>& x, const Q&) {
    return exp(x.x + Plain<T>(0.5) * x.y);
  }
  template <class T, class Q>
  static State<T> reset(State<T> x, const Q&) {
    x.x = x.x - Plain<T>(1.0);
    return x;
  }
  template <class T, class Q>
  static Observed<T> observe(const State<T>& x, const Q&) {
    return {x.x + x.y, x.x * x.y};
  }
};

PopulationOptions::Entry at(PopulationOptions::Entry entry, std::size_t input) {
  entry.input = input;
  return entry;
}

PopulationOptions pair_options(Integrator integrator) {
  PopulationOptions o = population_options<Pair>(integrator);
  o.conventions = smooth_conventions(1);
  o.ports = {current_port("cx"), at(current_port("cy"), 1), at(delta_port("dy"), 1),
             at(conductance_port("gy", 3, 0.7), 1), exponential_port("ex", 2)};
  return o;
}
const std::vector<Trial<Pair>::Feed> pair_feed{{-1, 1}, {-1, 2}, {-0.2, 0.2}, {0, 0.3}, {0, 0.4}};

PopulationOptions gated(Integrator integrator) {
  PopulationOptions o = population_options<Lif>(integrator);
  o.conventions = smooth_conventions(0.5);
  set<Lif>(o, "t_ref", {0});
  o.ports = {conductance_port("nmda", 5, 0), current_port("current")};
  o.ports[0].system.gate = Gate([](const auto& v) {
    using T = std::decay_t<decltype(v)>;
    return sigmoid(T(Plain<T>(0.062)) * v + T(Plain<T>(1.2)));
  });
  return o;
}

}  // namespace

TEST_CASE("the rewind of a model with several inputs equals finite differences", "[population]") {
  for (const Integrator i : {Integrator::heun, Integrator::exponential_euler, Integrator::rk4})
    DYNAMIC_SECTION(integrator_names[static_cast<std::size_t>(i)]) {
      Trial<Pair>(pair_options(i), 5, 40, 2, pair_feed).check_gradient();
    }
}

TEST_CASE("the rewind sees the noise of the way there", "[population]") {
  PopulationOptions o = pair_options(Integrator::heun);
  o.noise = {{true, NoiseOptions::On::state, 1, "y", {0.1}, 1},
             {false, NoiseOptions::On::input, 0, "input.x", {0.5}, 7}};
  Trial<Pair>(o, 5, 40, 2, pair_feed).check_gradient();
}

TEST_CASE("the rewind of a current that the potential gates equals finite differences", "[population]") {
  for (const Integrator i : {Integrator::heun, Integrator::exponential_euler})
    DYNAMIC_SECTION(integrator_names[static_cast<std::size_t>(i)]) {
      Trial<Lif>(gated(i), 5, 40, 2, {{0, 3}, {0, 600}}).check_gradient();
    }
  SECTION("after its own step") {
    PopulationOptions o = gated(Integrator::heun);
    o.synapse_after = true;
    Trial<Lif>(o, 5, 40, 2, {{0, 3}, {0, 600}}).check_gradient();
  }
}

TEST_CASE("the rewind follows receptors that take their step first", "[population]") {
  for (const Integrator i : {Integrator::exact, Integrator::exponential_euler, Integrator::heun})
    DYNAMIC_SECTION(integrator_names[static_cast<std::size_t>(i)]) {
      PopulationOptions o = population_options<Lif>(i);
      o.conventions = smooth_conventions(0.5);
      o.synapse_after = true;
      o.ports = {exponential_port("ex", 2), exponential_port("in", 10), current_port("current")};
      Trial<Lif>(o, 5, 40, 2, {{0, 900}, {-200, 0}, {0, 400}}).check_gradient();
    }
}

TEST_CASE("receptors that take their step first drive the membrane at once", "[population]") {
  PopulationOptions o = population_options<Lif>(Integrator::exact);
  o.ports = {exponential_port("ex", 2)};
  const auto first = [&](bool after) {
    o.synapse_after = after;
    Trial<Lif> trial(o, 1, 3, 1, {{100, 100}});
    trial.run();
    return trial.node.columns()[0].signal->at(1, 0)[0];
  };
  CHECK(first(false) == Approx(-70).epsilon(1e-14));
  // 100 pA held over a step: R I (1 - exp(-dt / tau_m)), R = tau_m / C_m.
  CHECK(first(true) == Approx(-70 + 100 * 10.0 / 250 * -std::expm1(-0.01)).epsilon(1e-12));
}

TEST_CASE("a gap junction draws the potential towards its neighbours'", "[population]") {
  PopulationOptions o = population_options<Lif>(Integrator::exponential_euler);
  ReceptorSystem gap;
  gap.kind = "gap_junction";
  gap.gap_junction = true;
  o.ports = {{"gap", gap}};
  Trial<Lif> trial(o, 2, 400, 2, {{3 * -60, 3 * -60}});
  std::fill(trial.node.ports[0].conductance.begin(), trial.node.ports[0].conductance.end(), 3.0);
  trial.run();
  // Leak 25 nS to -70 mV, junction 3 nS to -60 mV.
  const double rest = (25 * -70.0 + 3 * -60.0) / 28, tau = 250 / 28.0;
  CHECK(trial.node.columns()[0].signal->at(400, 1)[1] ==
        Approx(rest + (-70 - rest) * std::exp(-40 / tau)).epsilon(1e-12));
}

TEST_CASE("units fire at random with the probability of their hazard", "[population]") {
  PopulationOptions o = population_options<Pair>(Integrator::heun);
  o.ports = {delta_port("d")};
  const std::size_t units = 10000;
  for (const double height : {-2.0, 0.0, 1.5}) {
    Trial<Pair> trial(o, units, 1, 1, {{height, height}});
    trial.run();
    double spikes = 0, x = 0, y = trial.node.columns()[1].signal->at(1, 0)[0];
    for (std::size_t u = 0; u < units; ++u) {
      const double spike = trial.node.output.at(0, 0)[u];
      REQUIRE((spike == 0 || spike == 1));
      spikes += spike;
      x = trial.node.columns()[0].signal->at(1, 0)[u] + spike;  // before its reset
    }
    const double p = 1 - std::exp(-0.1 * std::exp(x + 0.5 * y));
    CHECK(spikes / units == Approx(p).margin(4 * std::sqrt(p / units)));
  }
}

TEST_CASE("what is observed is computed of the state, step by step", "[population]") {
  Trial<Pair> trial(pair_options(Integrator::heun), 5, 20, 2, pair_feed);
  CHECK_FALSE(trial.node.observe("z"));
  REQUIRE(trial.node.observe("product") == std::size_t{0});
  REQUIRE(trial.node.observe("y") == std::size_t{1});
  CHECK(trial.node.observe("product") == std::size_t{0});
  Plan plan;
  plan.batch = 2;
  plan.window = 20;
  plan.tape = true;
  trial.node.prepare(plan);
  trial.run(3);
  const auto columns = trial.node.columns();
  const auto column = [&](const char* name) {
    return std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; })->signal;
  };
  for (std::int64_t t = 0; t < 20; ++t) {
    const double x = column("x")->at(t + 1, 1)[3], y = column("y")->at(t + 1, 1)[3];
    CHECK(column("sum")->at(t + 1, 1)[3] == x + y);
    CHECK(trial.node.observed[0].signal.at(t, 1)[3] == x * y);
    CHECK(trial.node.observed[1].signal.at(t, 1)[3] == y);
  }
}

TEST_CASE("noise has its variance and its memory, whatever the parts", "[population]") {
  PopulationOptions o = population_options<Pair>(Integrator::euler);
  set<Pair>(o, "a", {0});
  set<Pair>(o, "tau", {1e12});  // what moves is the noise alone
  o.noise = {{true, NoiseOptions::On::state, 0, "x", {0.3}, 1},
             {false, NoiseOptions::On::output, 0, "output", {2.0}, 5}};
  const std::size_t units = 3000;
  const std::int64_t steps = 100;
  Trial<Pair> trial(o, units, steps, 1, {});
  trial.run(1);
  const auto once = trial.everything();
  trial.run(3);
  CHECK(different_bits(once, trial.everything()) == 0);
  const auto columns = trial.node.columns();
  const auto noise =
      std::find_if(columns.begin(), columns.end(), [](const auto& c) { return c.name == "noise.output"; });
  double square = 0, product = 0;
  for (std::size_t u = 0; u < units; ++u) {
    square += std::pow(noise->signal->at(steps, 0)[u], 2) / units;
    product += noise->signal->at(steps, 0)[u] * noise->signal->at(steps - 50, 0)[u] / units;
  }
  CHECK(square == Approx(4).epsilon(0.1));
  CHECK(product / 4 == Approx(std::exp(-1)).margin(0.07));
}

}  // namespace cajal::test
