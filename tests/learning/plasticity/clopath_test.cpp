#include "learning/plasticity/clopath.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// The columns of a CSV file with a head.
std::vector<std::vector<double>> columns_of(const std::string& name) {
  std::ifstream in(std::string(CAJAL_SOURCE_DIR) + "/tests/reference/nest/" + name);
  std::vector<std::vector<double>> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream text(line);
    std::string cell;
    for (std::size_t i = 0; std::getline(text, cell, ','); ++i) {
      if (out.size() <= i) out.emplace_back();
      out[i].push_back(std::stod(cell));
    }
  }
  return out;
}

/// A node that shows a voltage and spikes as it is told to.
class Told final : public Node<double> {
 public:
  Told(std::vector<double> voltage, std::set<std::int64_t> spikes)
      : Node<double>("E", 1), voltage_(std::move(voltage)), spikes_(std::move(spikes)) {
    ports.resize(1);
    ports[0].name = "ex";
    ports[0].unit = "mV";
    shown_.shape(1, 1, 1);
  }
  std::string_view kind() const override { return "told"; }
  bool spiking() const override { return true; }
  void advance(Steps steps, const Slice&) override {
    for (std::int64_t t = steps.begin; t < steps.end; ++t) {
      output.at(t, 0)[0] = spikes_.count(t) ? 1 : 0;
      shown_.at(t, 0)[0] =
          t < static_cast<std::int64_t>(voltage_.size()) ? voltage_[static_cast<std::size_t>(t)] : -70.6;
    }
  }
  std::vector<Column<double>> columns() override { return {{"V_m", "mV", "", &shown_}}; }

 private:
  std::vector<double> voltage_;
  std::set<std::int64_t> spikes_;
  Signal<double> shown_;
};

struct Protocol {
  std::vector<double> voltage, u_plus, u_minus, times, weights;
  std::set<std::int64_t> post;

  explicit Protocol(const std::string& name) {
    const auto v = columns_of(name + "_Vm.csv");
    voltage = v[1], u_plus = v[2], u_minus = v[3];
    const auto w = columns_of(name + ".csv");
    times = w[0], weights = w[1];
    for (const double t : reference::read_json("nest/" + name + ".json")["post_spikes"].numbers())
      post.insert(std::lround(t / 0.1) - 1);
  }

  /// The weight just after each pre spike, settled or not in between.
  std::vector<double> run(const std::string& keys, std::uint32_t delay, bool settle = false) const {
    Experiment<double> e(1, 1, {{0}, {0}, {0.5}, {delay}}, "mV");
    e.network.nodes[1] = std::make_unique<Told>(voltage, post);
    e.edge().to = e.network.nodes[1].get();
    for (const double t : times) e.X().at.insert({std::lround(t / 0.1) - 1, 0, 0});
    e.learn(R"(s = { rule = "clopath", on = "edge.XE", w_max = "100 mV", delay_u = "4 ms")" + keys + "}");
    e.start(0.1, 1);
    e.clock->reset_all();
    std::vector<double> out;
    std::int64_t now = 0;
    for (const double t : times) {
      const std::int64_t until = std::lround(t / 0.1) - 1 + delay + 1;
      for (; now < until; ++now) {
        e.clock->run({now, now + 1}, 1);
        if (settle) e.edge().rule->settle(now + 1, 0);
      }
      out.push_back(e.clock->stores()[0]->weights(0)[0]);
    }
    return out;
  }

  /// The rule's equations step by step; of the low-passed voltages NEST's own or ours, seen 40 steps late.
  std::vector<double> plain(bool nest) const {
    std::vector<double> minus = u_minus, plus = u_plus;
    if (!nest) {
      double u = -70.6, a = -70.6, b = -70.6;
      int clamped = 0;
      for (std::size_t t = 0; t < voltage.size(); ++t) {
        if (post.count(static_cast<std::int64_t>(t))) clamped = 21;
        const double during = clamped > 0 ? 33 : u;
        minus[t] = a = during + (a - during) * std::exp(-0.1 / 10);
        plus[t] = b = during + (b - during) * std::exp(-0.1 / 7);
        clamped = std::max(clamped - 1, 0);
        u = clamped > 0 ? 33 : voltage[t];
      }
    }
    const auto late = [](const std::vector<double>& u, std::int64_t t) {
      return t < 0 ? -70.6 : u[static_cast<std::size_t>(t)];
    };
    std::vector<double> out;
    double w = 0.5, x = 0;
    // NEST: a delay of one step, all of it dendritic.
    for (std::int64_t t = 1; out.size() < times.size(); ++t) {
      x *= std::exp(-0.1 / 15);
      const std::int64_t seen = t - 1;
      w += 0.1 * 8e-5 * x * std::max(late(voltage, seen) + 45.3, 0.0) * std::max(late(plus, seen - 40) + 70.6, 0.0);
      if (t != std::lround(times[out.size()] / 0.1) - 1) continue;
      w -= 14e-5 * std::max(late(minus, seen - 40) + 70.6, 0.0);
      x += 1.0 / 15;
      out.push_back(w);
    }
    return out;
  }
};

const std::string nest = R"(, dendritic_delay = "all", coincidence = "post_first")";

}  // namespace

TEST_CASE("Clopath's rule with NEST's timing follows NEST's clopath_synapse", "[plasticity][reference]") {
  for (const std::string name : {"syn_clopath_postpre", "syn_clopath_prepost"}) {
    const Protocol protocol(name);
    const auto reference = protocol.plain(true), expected = protocol.plain(false), found = protocol.run(nest, 1);
    REQUIRE(found.size() == protocol.weights.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      // The equations with NEST's voltages are NEST's; ours differ by how they are integrated while a spike begins.
      CHECK(std::fabs(reference[i] - protocol.weights[i]) < 1e-12);
      CHECK(std::fabs(found[i] - expected[i]) < 1e-12);
      CHECK(std::fabs(found[i] - protocol.weights[i]) < 6e-5);
    }
    CHECK(protocol.run(nest, 1, true) == found);
  }
}

TEST_CASE("an axonal delay of Clopath's rule is a later pre spike", "[plasticity]") {
  Protocol protocol("syn_clopath_prepost");
  const auto at_once = protocol.run("", 0);
  for (double& t : protocol.times) t -= 1.5;
  CHECK(protocol.run("", 15) == at_once);
  CHECK(at_once.back() != 0.5);
}

TEST_CASE("Clopath's rule asks for a voltage", "[plasticity]") {
  Experiment<double> e(1, 1, {{0}, {0}, {0.5}, {1}}, "mV");
  CHECK_THAT(learn_errors(e, R"(s = { rule = "clopath", on = "edge.XE" })"),
             Catch::Contains("clopath follows the voltage V_m in mV, which node.E (scripted) does not have"));
}
