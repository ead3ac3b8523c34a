#include <algorithm>
#include <map>

#include "models/neurons/adex.hpp"
#include "models/neurons/izhikevich.hpp"
#include "models/neurons/lif.hpp"
#include "tests/population_trial.hpp"

// The fast loop against the general one. A third receptor at which nothing arrives changes nothing, but that the
// general loop is chosen; a tape keeps every step apart, a simulation writes over what was before.

namespace cajal::test {

namespace {

struct Case {
  PopulationOptions options;
  std::vector<double> largest;  ///< arrival at each port
};

template <class Real>
using Record = std::map<std::string, std::vector<Real>>;

/// Everything that can be recorded, after each step; the steps are run `window` at a time.
template <class M, class Real>
Record<Real> record(const Case& c, std::size_t size, std::int64_t steps, std::int64_t window, bool tape) {
  Population<M, Real> node("E", size, c.options);
  for (auto& port : node.ports) port.connected = true;
  Plan plan;
  plan.window = tape ? steps : window;
  plan.tape = tape;
  node.prepare(plan);
  const Slice all{0, 1, 0, 1};
  const Stream stream(5, "tests.single_pass");
  Record<Real> out;
  for (std::int64_t t = 0; t < steps; t += window) {
    const Steps run{t, std::min(t + window, steps)};
    for (std::size_t p = 0; p < c.largest.size(); ++p)
      for (std::int64_t k = run.begin; k < run.end; ++k)
        for (std::size_t u = 0; u < size; ++u)
          node.ports[p].arrivals.at(k, 0)[u] =
              static_cast<Real>(c.largest[p] * stream.uniform(u, static_cast<std::uint64_t>(k) * 10 + p));
    node.advance(run, all);
    const auto keep = [&](const std::string& name, Signal<Real>& s, std::int64_t step) {
      auto& column = out[name];
      column.insert(column.end(), s.at(step, 0), s.at(step, 0) + size);
    };
    for (std::int64_t k = run.begin; k < run.end; ++k) keep("output", node.output, k);
    // Between the steps of a window only a tape knows the state.
    for (const auto& column : node.columns()) {
      if (window == 1) keep(column.name, *column.signal, run.end);
      keep(column.name + " at last", *column.signal, run.end);
      if (run.end < steps) out.erase(column.name + " at last");
    }
  }
  return out;
}

/// Columns that both have; the number of values that differ.
template <class Real>
std::size_t differences(const Record<Real>& a, const Record<Real>& b) {
  std::size_t count = 0, columns = 0;
  for (const auto& [name, values] : a) {
    const auto other = b.find(name);
    if (other == b.end()) continue;
    ++columns;
    if (values.size() != other->second.size()) return values.size() + 1;
    for (std::size_t i = 0; i < values.size(); ++i) count += !same_bits(values[i], other->second[i]);
  }
  return columns < 2 ? 1 : count;
}

template <class Real>
double sum(const std::vector<Real>& values) {
  double s = 0;
  for (const Real x : values) s += static_cast<double>(x);
  return s;
}

template <class M, class Real>
void check(const Case& c, std::size_t size) {
  constexpr std::int64_t steps = 150;
  const auto expected = record<M, Real>(c, size, steps, 1, true);
  const double spikes = sum(expected.at("output"));
  CHECK(spikes > 0.2 * static_cast<double>(size));
  CHECK(spikes < 0.2 * static_cast<double>(size * steps));
  CHECK(differences(record<M, Real>(c, size, steps, 1, false), expected) == 0);
  CHECK(differences(record<M, Real>(c, size, steps, 7, false), expected) == 0);
  Case general = c;
  general.options.ports.push_back(exponential_port("unfed", 3));
  CHECK(differences(record<M, Real>(general, size, steps, 1, true), expected) == 0);
  CHECK(differences(record<M, Real>(general, size, steps, 1, false), expected) == 0);
}

/// With one set of parameters, and with one for each unit.
template <class M>
void check(Case c, std::string_view varied) {
  constexpr std::size_t size = 37;
  check<M, float>(c, size);
  check<M, double>(c, size);
  for (const Field& f : M::parameters) {
    if (f.name != varied) continue;
    auto& values = c.options.parameters[f.member];
    values.resize(size, values[0]);
    for (std::size_t u = 0; u < size; ++u) values[u] *= 1 + 0.01 * static_cast<double>(u % 5);
  }
  check<M, float>(c, size);
  check<M, double>(c, size);
}

template <class M>
Case with(Integrator integrator, std::vector<PopulationOptions::Entry> ports, std::vector<double> largest) {
  Case c{population_options<M>(integrator), std::move(largest)};
  c.options.ports = std::move(ports);
  return c;
}

}  // namespace

TEST_CASE("the fast loop of a lif population gives the bits of the general one", "[population]") {
  SECTION("exact, deltas") {
    check<Lif>(with<Lif>(Integrator::exact, {delta_port("ex"), delta_port("in")}, {1.5, -0.5}), "t_ref");
  }
  SECTION("exact, one current") {
    check<Lif>(with<Lif>(Integrator::exact, {exponential_port("ex", 2)}, {300}), "tau_m");
  }
  SECTION("exact, all kinds of currents") {
    check<Lif>(with<Lif>(Integrator::exact,
                         {delta_port("d"), exponential_port("ex", 2), exponential_port("same", 10), current_port("I")},
                         {0.2, 100, 10, 200}),
               "tau_m");
  }
  for (const Integrator i : {Integrator::euler, Integrator::exponential_euler, Integrator::heun, Integrator::rk4})
    DYNAMIC_SECTION("conductances by " << integrator_names[static_cast<std::size_t>(i)]) {
      check<Lif>(
          with<Lif>(i, {conductance_port("ex", 2, 0), conductance_port("in", 5, -80), current_port("I")}, {8, 1, 200}),
          "C_m");
    }
}

TEST_CASE("the fast loop of other models gives the bits of the general one", "[population]") {
  SECTION("izhikevich") {
    check<Izhikevich>(with<Izhikevich>(Integrator::euler, {delta_port("d"), exponential_port("ex", 2)}, {2, 2}), "d");
  }
  SECTION("adex") {
    check<AdEx>(with<AdEx>(Integrator::heun, {delta_port("d"), conductance_port("g", 3, 0)}, {2, 4}), "b");
  }
}

TEST_CASE("a window of steps over many units gives the bits of single steps", "[population]") {
  const Case c = with<Lif>(Integrator::exact, {exponential_port("ex", 2)}, {300});
  const auto expected = record<Lif, float>(c, 2100, 20, 1, false);
  CHECK(differences(record<Lif, float>(c, 2100, 20, 20, false), expected) == 0);
}

TEST_CASE("spikes that a checkpoint restored are known, and written over in their turn", "[population]") {
  Population<Lif, float> node("E", 40, with<Lif>(Integrator::exact, {delta_port("d")}, {}).options);
  node.ports[0].connected = true;
  Plan plan;
  plan.window = 2;
  node.prepare(plan);
  const Slice all{0, 1, 0, 1};
  node.reset(all);
  const std::size_t restored = 37;
  node.output.at(1, 0)[restored] = 1;
  node.output_restored(1);
  const auto active = node.active_lanes(1);
  REQUIRE(active.masks);
  for (std::size_t u = 0; u < 40; ++u)
    CHECK((active.masks[u / active.lanes] >> (u % active.lanes) & 1) == (u == restored ? 1 : 0));
  node.advance({2, 4}, all);
  CHECK(std::count(node.output.at(3, 0), node.output.at(3, 0) + 40, 0.0F) == 40);
  CHECK(std::count(active.masks, active.masks + 40 / active.lanes, 0) ==
        40 / static_cast<std::ptrdiff_t>(active.lanes));
}

}  // namespace cajal::test
