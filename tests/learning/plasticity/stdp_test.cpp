#include "learning/plasticity/stdp.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// The weight after pre and post spikes at these steps, of 1 before; a delay of `delay` steps of 0.1 ms.
double pairing(const std::vector<std::int64_t>& pre, const std::vector<std::int64_t>& post, const std::string& keys,
               std::uint32_t delay = 0) {
  Experiment<double> e(1, 1, {{0}, {0}, {1.0}, {delay}});
  for (auto t : pre) e.X().at.insert({t, 0, 0});
  for (auto t : post) e.E().at.insert({t, 0, 0});
  e.learn(R"(s = { rule = "stdp", on = "edge.XE", w_max = "3 nS", )" + keys + " }");
  e.start(0.1, 50);
  e.trial(1000);
  return e.weights()[0];
}

const std::string additive =
    R"(lambda = 0.05, alpha = 1.1, mu_plus = 0, mu_minus = 0, tau_plus = "17 ms", tau_minus = "34 ms")";

}  // namespace

TEST_CASE("one pair of spikes changes the weight by A exp(-|t| / tau)", "[plasticity]") {
  for (const std::int64_t apart : {1, 10, 100, 500}) {
    const double time = 0.1 * static_cast<double>(apart);
    CHECK(pairing({200}, {200 + apart}, additive) == Approx(1 + 0.05 * 3 * std::exp(-time / 17)).epsilon(1e-13));
    CHECK(pairing({200 + apart}, {200}, additive) == Approx(1 - 0.05 * 1.1 * 3 * std::exp(-time / 34)).epsilon(1e-13));
    // A soft bound scales the window by what is left.
    const std::string power = R"(lambda = 0.05, alpha = 1.1, mu_plus = 0.4, mu_minus = 1)";
    CHECK(pairing({200}, {200 + apart}, power) ==
          Approx(1 + 0.05 * 3 * std::pow(2.0 / 3, 0.4) * std::exp(-time / 20)).epsilon(1e-13));
    CHECK(pairing({200 + apart}, {200}, power) == Approx(1 - 0.05 * 1.1 * 1.0 * std::exp(-time / 20)).epsilon(1e-13));
  }
}

TEST_CASE("a spike pairs when it arrives, and before a post spike of the same step", "[plasticity]") {
  CHECK(pairing({200}, {230}, additive, 20) == pairing({220}, {230}, additive));
  CHECK(pairing({200}, {210}, additive, 20) == pairing({220}, {210}, additive));
  CHECK(pairing({200}, {200}, additive) == Approx(1.15).epsilon(1e-14));
  CHECK(pairing({180}, {200}, additive, 20) == pairing({200}, {200}, additive));
}

TEST_CASE("the nearest spike alone counts where trace is nearest", "[plasticity]") {
  const double near = std::exp(-2.0 / 17), far = std::exp(-5.0 / 17);
  CHECK(pairing({150, 180}, {200}, additive) == Approx(1 + 0.15 * (near + far)).epsilon(1e-13));
  CHECK(pairing({150, 180}, {200}, additive + R"(, trace = "nearest")") == Approx(1 + 0.15 * near).epsilon(1e-13));
  const double after = std::exp(-2.0 / 34), later = std::exp(-5.0 / 34);
  CHECK(pairing({200}, {150, 180}, additive) == Approx(1 - 0.165 * (after + later)).epsilon(1e-13));
  CHECK(pairing({200}, {150, 180}, additive + R"(, trace = "nearest")") == Approx(1 - 0.165 * after).epsilon(1e-13));
}

TEST_CASE("a trace forgets by the exponential also beyond its table", "[plasticity]") {
  const std::string slow = R"(lambda = 0.05, mu_plus = 0, mu_minus = 0, tau_plus = "1 s")";
  Experiment<double> e(1, 1, {{0}, {0}, {1.0}, {0}});
  e.X().at.insert({10, 0, 0});
  e.E().at.insert({20010, 0, 0});
  e.learn(R"(s = { rule = "stdp", on = "edge.XE", w_max = "3 nS", )" + slow + " }");
  e.start(0.1, 100);
  e.trial(20020);
  CHECK(e.weights()[0] == Approx(1 + 0.15 * std::exp(-2.0)).epsilon(1e-13));
}

TEST_CASE("weights stay within their bounds", "[plasticity]") {
  std::vector<std::int64_t> burst;
  for (std::int64_t t = 101; t < 150; ++t) burst.push_back(t);
  const std::vector<std::int64_t> before = {100};
  CHECK(pairing(before, burst, additive) == 3.0);
  CHECK(pairing(burst, before, additive) == 0.0);
  CHECK(pairing(before, burst, additive + R"(, w_min = "0.9 nS")") == 3.0);
  CHECK(pairing(burst, before, additive + R"(, w_min = "0.9 nS")") == 0.9);
}

TEST_CASE("bounds follow from the weights where none are given", "[plasticity]") {
  Experiment<double> e(1, 2, {{0, 0}, {0, 1}, {0.5, -0.25}, {0}}, "mV");
  e.X().at = {{5, 0, 0}};
  e.E().at = {{6, 0, 0}, {4, 0, 1}};
  e.learn(R"(s = { rule = "stdp", on = "edge.XE", lambda = 1, mu_plus = 0, mu_minus = 0 })");
  e.start(0.1, 50);
  e.trial(100);
  CHECK(e.weights() == std::vector<double>{1.0, -0.5});
}

namespace {

/// The column of weights of a reference file.
std::vector<double> read_weights(const std::string& name) {
  std::ifstream in(std::string(CAJAL_SOURCE_DIR) + "/tests/reference/nest/" + name + ".csv");
  std::vector<double> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream text(line);
    double time = 0, weight = 0;
    char comma = 0;
    text >> time >> comma >> weight;
    out.push_back(weight);
  }
  return out;
}

/// A protocol of NEST, as steps of 0.1 ms. NEST's delay is dendritic: a post spike counts `delay` later. The same pairs
/// meet where the axon has that delay, pre spikes are sent earlier by it and post spikes later.
struct Protocol {
  std::vector<std::int64_t> arrivals, post;
  std::int64_t delay;
  double start;
  PairStdp::P p;

  explicit Protocol(const std::string& name) {
    const reference::Json json = reference::read_json("nest/" + name + ".json");
    const auto& given = json["params"];
    delay = std::lround(json["delay_ms"].number() / 0.1);
    start = json["w0"].number();
    p = {given["tau_plus"].number(),
         json["post_neuron"]["tau_minus"].number(),
         given["lambda"].number(),
         given["alpha"].number(),
         given["mu_plus"].number(),
         given["mu_minus"].number(),
         0,
         given["Wmax"].number(),
         1};
    for (const double t : json["pre_spikes"].numbers()) arrivals.push_back(std::lround(t / 0.1));
    for (const double t : json["post_spikes"].numbers()) post.push_back(std::lround(t / 0.1) + delay);
  }

  /// The stored weight after each step in which a pre spike arrives.
  std::vector<double> run() const {
    Experiment<double> e(1, 1, {{0}, {0}, {start}, {static_cast<std::uint32_t>(delay)}}, "pA");
    std::ostringstream keys;
    keys.precision(17);
    keys << R"(s = { rule = "stdp", on = "edge.XE", w_max = ")" << p.w_max << R"( pA", lambda = )" << p.lambda
         << ", alpha = " << p.alpha << ", mu_plus = " << p.mu_plus << ", mu_minus = " << p.mu_minus
         << R"(, tau_plus = ")" << p.tau_plus << R"( ms", tau_minus = ")" << p.tau_minus << R"( ms" })";
    e.learn(keys.str());
    for (const auto t : arrivals) e.X().at.insert({t - delay, 0, 0});
    for (const auto t : post) e.E().at.insert({t, 0, 0});
    e.start(0.1, 1);
    e.clock->reset_all();
    std::vector<double> out;
    std::int64_t now = 0;
    for (const auto t : arrivals) {
      e.clock->run({now, t + 1}, 1);
      now = t + 1;
      out.push_back(e.clock->stores()[0]->weights(0)[0]);
    }
    return out;
  }

  /// The same step by step from the equations, of a pre and a post spike in one step in our order or in NEST's.
  std::vector<double> naive(bool nest) const {
    const auto clip = [&](double w) { return std::min(std::max(w, 0.0), p.w_max); };
    std::vector<double> out;
    double w = start, x = 0, y = 0;
    for (std::int64_t t = 0; t <= arrivals.back(); ++t) {
      x *= std::exp(-0.1 / p.tau_plus);
      y *= std::exp(-0.1 / p.tau_minus);
      const bool pre = std::count(arrivals.begin(), arrivals.end(), t) > 0,
                 sent = std::count(post.begin(), post.end(), t) > 0;
      const auto potentiate = [&] { w = clip(w + p.lambda * p.w_max * std::pow(1 - w / p.w_max, p.mu_plus) * x); };
      if (nest && sent) potentiate();
      if (pre) w = clip(w - p.lambda * p.alpha * p.w_max * std::pow(w / p.w_max, p.mu_minus) * y);
      if (pre) x += 1;
      if (!nest && sent) potentiate();
      if (sent) y += 1;
      if (pre) out.push_back(w);
    }
    return out;
  }
};

void check_near(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::abs(found[i] - expected[i]) < 1e-9);
}

}  // namespace

TEST_CASE("pair STDP follows NEST's stdp_synapse", "[plasticity][reference]") {
  for (const auto* name : {"syn_stdp_synapse_add", "syn_stdp_synapse_mult"}) {
    const std::vector<double> found = Protocol(name).run();
    CHECK(found.size() == 17);
    check_near(found, read_weights(name));
  }
}

TEST_CASE("pre and post spikes of one step pair, which NEST lets pass", "[plasticity][reference]") {
  const Protocol protocol("syn_stdp_synapse_coincidence");
  check_near(protocol.naive(true), read_weights("syn_stdp_synapse_coincidence"));
  check_near(protocol.run(), protocol.naive(false));
  CHECK(protocol.run()[0] == Approx(1 + 0.05 * (3 - 1)).epsilon(1e-13));
}
