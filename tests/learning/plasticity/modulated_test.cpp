#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "learning/modulator_course.hpp"
#include "learning/plasticity/modulated.hpp"
#include "models/catalogue.hpp"
#include "sim/config/syntax.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// X -> E, learned, and D -> DA, whose spikes raise the modulator by `weight`, a step after they were sent.
template <class Real>
struct Gated : Experiment<Real> {
  Gated(Synapses synapses, const std::string& modulator, double weight, double dt, std::size_t from = 1,
        std::size_t to = 1, std::uint32_t delay = 1)
      : Experiment<Real>(from, to, std::move(synapses), "pA"), dt_(dt) {
    auto& nodes = this->network.nodes;
    nodes.push_back(std::make_unique<Scripted<Real>>("D", 1, "pA"));
    const config::Value root = config::parse("[node]\nDA = { kind = \"modulator\", " + modulator + " }", "a.toml");
    std::vector<Diagnostic> diagnostics;
    const config::Table table(*root.find("node")->find("DA"), "node.DA", diagnostics);
    NodeRequest request{table, "DA", 1, dt, 0, 0, true, {"input"}};
    for (const NodeEntry& entry : node_catalogue())
      if (entry.name == "modulator") nodes.push_back(entry.template make<Real>(request));
    REQUIRE(diagnostics.empty());
    auto edge = std::make_unique<SparseEdge<Real>>();
    edge->name = "dopamine";
    edge->from = nodes[2].get();
    edge->to = nodes[3].get();
    edge->synapses = {{0}, {0}, {weight}, {delay}};
    edge->make_weight("");
    this->network.sparse.push_back(std::move(edge));
    this->network.order();
  }
  Scripted<Real>& D() { return static_cast<Scripted<Real>&>(*this->network.nodes[2]); }

  void begin(const std::string& rule, std::int64_t window, std::size_t threads = 1) {
    this->learn("s = { on = \"edge.XE\", modulator = \"node.DA\", " + rule + " }", dt_);
    this->start(dt_, window, 1, false, threads);
    for (auto& process : this->processes) process->begin_trial();
    this->clock->reset_all();
  }
  /// The weight as the next pre spike would find it.
  double stored() { return this->clock->stores()[0]->weights(0)[0]; }
  /// The weight as one sees it before step `now`.
  double seen(std::int64_t now) { return this->clock->delivery().synapses(0, now).weight[0]; }

 private:
  double dt_;
};

/// One synapse of which all is said in full, in steps of Euler's method so small that the rest is clear: an
/// independent reckoning of dw/dt = c (n - b).
struct Reckoned {
  double tau_plus = 20, tau_minus = 20, A_plus = 1, A_minus = 1.5, tau_c = 1000, b = 0, tau_n = 200;
  double w = 35, c = 0, n = 0, x = 0, y = 0;

  /// Exact over a stretch without events: the integral of c n by hand.
  void flow(double time) {
    const double rate = 1 / tau_c + 1 / tau_n;
    w += c * (n * (1 - std::exp(-rate * time)) / rate - b * tau_c * (1 - std::exp(-time / tau_c)));
    c *= std::exp(-time / tau_c), n *= std::exp(-time / tau_n);
    x *= std::exp(-time / tau_plus), y *= std::exp(-time / tau_minus);
  }
};

std::vector<std::vector<double>> read_table(const std::string& name) {
  std::ifstream in(std::string(CAJAL_SOURCE_DIR) + "/tests/reference/nest/" + name + ".csv");
  std::vector<std::vector<double>> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream text(line);
    out.emplace_back();
    for (std::string cell; std::getline(text, cell, ',');) out.back().push_back(std::stod(cell));
  }
  return out;
}

const std::string nest =
    R"(rule = "stdp_dopamine", w_max = "200 pA", dendritic_delay = "all", coincidence = "post_first")";

}  // namespace

TEST_CASE("dopamine-modulated STDP follows NEST's stdp_dopamine_synapse", "[plasticity][reference]") {
  const reference::Json json = reference::read_json("nest/syn_stdp_dopamine_synapse.json");
  const double dt = 0.1;
  const auto steps = [&](const char* key) {
    std::vector<std::int64_t> out;
    for (const double t : json[key].numbers()) out.push_back(std::lround(t / dt));
    return out;
  };
  const std::int64_t delay = std::lround(json["delay_ms"].number() / dt);
  const auto arrival = static_cast<std::uint32_t>(std::lround(json["volume_transmitter"]["delay"].number() / dt));
  Gated<double> e({{0}, {0}, {json["w0"].number()}, {static_cast<std::uint32_t>(delay)}}, "tau = \"200 ms\"", 1.0 / 200,
                  dt, 1, 1, arrival);
  const std::vector<std::int64_t> pre = steps("pre");
  for (const auto t : pre) e.X().at.insert({t, 0, 0});
  for (const auto t : steps("post")) e.E().at.insert({t, 0, 0});
  for (const auto t : steps("dopa")) e.D().at.insert({t, 0, 0});
  e.begin(nest, 1);
  const auto expected = read_table("syn_stdp_dopamine_synapse");
  REQUIRE(expected.size() == pre.size());
  std::int64_t now = 0;
  for (std::size_t i = 0; i < pre.size(); ++i) {
    const std::int64_t end = pre[i] + delay + 1;
    e.clock->run({now, end}, 1);
    now = end;
    INFO("pre spike at " << 0.1 * static_cast<double>(pre[i]) << " ms");
    CHECK(std::fabs(e.stored() - expected[i][1]) < 1e-9);
  }
}

TEST_CASE("a weight follows the integral of eligibility and concentration", "[plasticity]") {
  // Spikes by chance over some seconds, so that sweeps come between: the course is that of an exact solution from event
  // to event, reckoned apart.
  const double dt = 0.5;
  constexpr std::int64_t steps = 20000;
  for (const double tau_c : {20.0, 1000.0}) {
    INFO("tau_c " << tau_c);
    Gated<double> e({{0}, {0}, {35.0}, {3}}, "tau = \"150 ms\", baseline = 0.002, init = { x = 0.004 }", 0.01, dt);
    random_spikes(e.X(), steps, 1, 0.01, 1);
    random_spikes(e.E(), steps, 1, 0.01, 2);
    random_spikes(e.D(), steps, 1, 0.002, 3);
    std::ostringstream rule;
    rule << R"(rule = "stdp_dopamine", w_max = "1e4 pA", w_min = "-1e4 pA", b = 0.003, tau_minus = "30 ms", tau_c = ")"
         << tau_c << " ms\"";
    e.begin(rule.str(), 10);
    Reckoned r;
    r.tau_minus = 30, r.tau_c = tau_c, r.tau_n = 150, r.b = 0.003 - 0.002, r.n = 0.004;
    double lowest = r.w, highest = r.w;
    for (std::int64_t t = 0; t < steps; ++t) {
      if (t % 100 == 0) {
        if (t > 0) e.clock->run({t - 100, t}, 1);
        REQUIRE(e.seen(t) == Approx(r.w).epsilon(1e-10));
      }
      r.flow(dt);
      if (e.D().at.contains({t - 1, 0, 0})) r.n += 0.01;
      if (t >= 3 && e.X().at.contains({t - 3, 0, 0})) r.c -= 1.5 * r.y, r.x += 1;
      if (e.E().at.contains({t, 0, 0})) r.c += r.x, r.y += 1;
      lowest = std::min(lowest, r.w), highest = std::max(highest, r.w);
    }
    REQUIRE(highest - lowest > 1);
  }
}

TEST_CASE("looking at a weight does not change what becomes of it", "[plasticity]") {
  const auto course = [](std::int64_t look) {
    Gated<float> e({{0}, {0}, {35.0}, {3}}, "tau = \"150 ms\"", 0.01, 0.5);
    random_spikes(e.X(), 12000, 1, 0.02, 1);
    random_spikes(e.E(), 12000, 1, 0.02, 2);
    random_spikes(e.D(), 12000, 1, 0.005, 3);
    e.begin(R"(rule = "stdp_dopamine", w_max = "40 pA", A_plus = "0.02 pA", A_minus = "0.02 pA")", 10);
    for (std::int64_t t = 0; t < 12000; t += look) {
      e.clock->run({t, t + look}, 1);
      if (look < 12000) e.seen(t + look);
    }
    return e.seen(12000);
  };
  const double expected = course(12000);
  CHECK(expected > 0);
  CHECK(expected < 40);
  CHECK(course(50) == expected);
  CHECK(course(1500) == expected);
}

TEST_CASE("without a reward nothing is learned, and bounds are kept with one", "[plasticity]") {
  const auto learned = [](double reward, const std::string& bounds) {
    Gated<double> e({{0}, {0}, {35.0}, {3}}, "tau = \"100 ms\"", reward, 1);
    random_spikes(e.X(), 3000, 1, 0.02, 1);
    random_spikes(e.E(), 3000, 1, 0.02, 2);
    e.D().at = {{500, 0, 0}, {1000, 0, 0}};
    e.begin(R"(rule = "stdp_dopamine", A_minus = "0 pA", )" + bounds, 50);
    e.clock->run({0, 3000}, 1);
    return e.seen(3000);
  };
  CHECK(learned(0, "w_max = \"50 pA\"") == 35);
  CHECK(learned(1, "w_max = \"50 pA\"") == 50);
  CHECK(learned(-1, "w_max = \"50 pA\", w_min = \"10 pA\"") == 10);
}

TEST_CASE("MSTDP scales each pairing by the reward of the moment", "[plasticity]") {
  // A reward at 20 ms; pre at 30, post at 35 and pre again at 50 ms.
  Gated<double> e({{0}, {0}, {5.0}, {0}}, "tau = \"40 ms\"", 0.8, 1);
  e.D().at = {{19, 0, 0}};
  e.X().at = {{30, 0, 0}, {50, 0, 0}};
  e.E().at = {{35, 0, 0}};
  e.begin(
      R"(rule = "mstdp", A_plus = "0.3 pA", A_minus = "0.2 pA", tau_plus = "17 ms", tau_minus = "34 ms", w_max = "9 pA")",
      5);
  e.clock->run({0, 60}, 1);
  const auto n = [](double t) { return 0.8 * std::exp(-(t - 20) / 40); };
  const double potentiated = 5 + n(35) * 0.3 * std::exp(-5.0 / 17);
  CHECK(e.seen(60) == Approx(potentiated - n(50) * 0.2 * std::exp(-15.0 / 34)).epsilon(1e-12));
}

TEST_CASE("MSTDPET is dopamine-modulated STDP with an eligibility per time constant", "[plasticity]") {
  const auto learned = [](const std::string& rule) {
    Gated<double> e({{0}, {0}, {5.0}, {2}}, "tau = \"40 ms\"", 0.1, 1);
    random_spikes(e.X(), 1000, 1, 0.03, 1);
    random_spikes(e.E(), 1000, 1, 0.03, 2);
    random_spikes(e.D(), 1000, 1, 0.02, 3);
    e.begin(rule + R"(, w_max = "99 pA")", 5);
    e.clock->run({0, 1000}, 1);
    return e.seen(1000);
  };
  const double found = learned(R"(rule = "mstdpet", A_plus = "0.3 pA", A_minus = "0.2 pA", tau_z = "25 ms")");
  CHECK(std::fabs(found - 5) > 0.1);
  CHECK(found ==
        Approx(learned(R"(rule = "stdp_dopamine", A_plus = "0.012 pA", A_minus = "0.008 pA", tau_c = "25 ms")")));
}

TEST_CASE("many synapses learn as each alone would, stored as a list or not", "[plasticity]") {
  // 40 x 30 synapses with delays of their own against single ones with the same spikes.
  const std::int64_t steps = 5000;
  const Synapses all = all_to_all(12, 40, 1, 9, 0, 6, 5);
  const std::string rule = R"(rule = "stdp_dopamine", w_max = "10 pA", A_plus = "0.5 pA", A_minus = "0.6 pA")";
  const auto spikes = [&](auto& e) { random_spikes(e.D(), steps, 1, 0.01, 3); };
  Gated<double> e(all, "tau = \"100 ms\"", 0.01, 1, 12, 40);
  random_spikes(e.X(), steps, 1, 0.01, 1);
  random_spikes(e.E(), steps, 1, 0.01, 2);
  spikes(e);
  e.begin(rule, 20);
  e.clock->run({0, steps}, 1);
  const std::vector<double> found = e.clock->delivery().synapses(0, steps).weight;
  for (std::size_t i = 0; i < found.size(); i += 37) {
    Gated<double> one({{0}, {0}, {all.weight[i]}, {all.delay[i]}}, "tau = \"100 ms\"", 0.01, 1);
    for (const auto& [t, b, u] : e.X().at)
      if (u == all.source[i]) one.X().at.insert({t, 0, 0});
    for (const auto& [t, b, u] : e.E().at)
      if (u == all.target[i]) one.E().at.insert({t, 0, 0});
    spikes(one);
    one.begin(rule, 20);
    one.clock->run({0, steps}, 1);
    CHECK(found[i] == Approx(one.seen(steps)).epsilon(1e-12));
  }
}

TEST_CASE("a rule without its modulator is refused", "[plasticity]") {
  const auto said = [](const std::string& keys) {
    Gated<double> e({{0}, {0}, {5.0}, {2}}, "tau = \"40 ms\"", 0.1, 1);
    return learn_errors(e, "s = { rule = \"stdp_dopamine\", on = \"edge.XE\"" + keys + " }");
  };
  CHECK_THAT(said(""), Catch::Contains("missing key `modulator`"));
  CHECK_THAT(said(R"(, modulator = "node.D")"), Catch::Contains("node.D (scripted) is no node of kind \"modulator\""));
  CHECK_THAT(said(R"(, modulator = "node.AD")"), Catch::Contains("there is no node \"AD\"; did you mean"));
  CHECK_THAT(said(R"(, modulator = "DA[1]")"), Catch::Contains("there is no unit 1"));
  CHECK(said(R"(, modulator = "DA[0]")").empty());
}
