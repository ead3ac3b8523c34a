// Plastic synapses against NEST: the weight after each of a series of pre spikes.

#include <fmt/format.h>

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

/// The column of weights of a reference file.
std::vector<double> nest_weights(const std::string& name) {
  std::ifstream in(std::string(CAJAL_SOURCE_DIR) + "/tests/reference/nest/" + name + ".csv");
  std::vector<double> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) out.push_back(std::stod(line.substr(line.find(',') + 1)));
  return out;
}

std::vector<std::int64_t> steps(const reference::Json& times) {
  std::vector<std::int64_t> out;
  for (const double t : times.numbers()) out.push_back(std::lround(t / 0.1));
  return out;
}

/// The weight that each pre spike of a protocol of NEST delivers, with a rule of these keys; `sign` -1: of an
/// inhibitory synapse.
template <class Real>
std::vector<double> delivered(const reference::Json& protocol, const std::string& keys, double sign = 1) {
  const auto delay = static_cast<std::uint32_t>(std::lround(protocol["delay_ms"].number() / 0.1));
  Experiment<Real> e(1, 1, {{0}, {0}, {sign * protocol["w0"].number()}, {delay}}, "pA");
  for (const auto t : steps(protocol["pre_spikes"])) e.X().at.insert({t, 0, 0});
  for (const auto t : steps(protocol["post_spikes"])) e.E().at.insert({t, 0, 0});
  e.learn("s = { on = \"edge.XE\", dendritic_delay = \"all\", coincidence = \"post_first\", " + keys + " }");
  e.start(0.1, 1);
  e.clock->reset_all();
  std::vector<double> out;
  std::int64_t now = 0;
  for (const auto t : steps(protocol["pre_spikes"])) {
    const std::int64_t arrived = t + delay + 1;
    e.clock->run({now, arrived}, 1);
    now = arrived;
    out.push_back(sign * static_cast<double>(e.clock->stores()[0]->weights(0)[0]));
  }
  return out;
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::abs(found[i] - expected[i]) < tolerance);
}

std::string pair_keys(const reference::Json& protocol) {
  const auto& p = protocol["params"];
  return fmt::format(
      R"(rule = "stdp", w_max = "{} pA", lambda = {}, alpha = {}, mu_plus = {}, mu_minus = {}, tau_plus = "{} ms", tau_minus = "{} ms")",
      p["Wmax"].number(), p["lambda"].number(), p["alpha"].number(), p["mu_plus"].number(), p["mu_minus"].number(),
      p["tau_plus"].number(), protocol["post_neuron"]["tau_minus"].number());
}

std::string triplet_keys(const reference::Json& protocol) {
  const auto& p = protocol["params"];
  const auto& post = protocol["post_neuron"];
  return fmt::format(
      R"(rule = "triplet", w_max = "{} pA", A2_plus = {}, A3_plus = {}, A2_minus = {}, A3_minus = {}, tau_plus = "{} ms", tau_x = "{} ms", tau_minus = "{} ms", tau_y = "{} ms")",
      p["Wmax"].number(), p["Aplus"].number(), p["Aplus_triplet"].number(), p["Aminus"].number(),
      p["Aminus_triplet"].number(), p["tau_plus"].number(), p["tau_plus_triplet"].number(), post["tau_minus"].number(),
      post["tau_minus_triplet"].number());
}

std::string vogels_keys(const reference::Json& protocol, const std::string& bounds) {
  const auto& p = protocol["params"];
  const double rate = p["alpha"].number() / (2 * p["tau"].number()) * 1e3;
  return fmt::format(R"(rule = "vogels", {}, eta = "{} pA", tau = "{} ms", rho0 = "{} Hz")", bounds, p["eta"].number(),
                     p["tau"].number(), rate);
}

}  // namespace

TEST_CASE("pair STDP follows NEST's stdp_synapse, coincident spikes too", "[plasticity][reference]") {
  for (const std::string name : {"syn_stdp_synapse_add", "syn_stdp_synapse_mult", "syn_stdp_synapse_coincidence"}) {
    INFO(name);
    const reference::Json protocol = reference::read_json("nest/" + name + ".json");
    check_near(delivered<double>(protocol, pair_keys(protocol)), nest_weights(name), 1e-9);
    check_near(delivered<float>(protocol, pair_keys(protocol)), nest_weights(name), 2e-6);
  }
}

TEST_CASE("additive STDP is NEST's stdp_synapse with exponents 0", "[plasticity][reference]") {
  const std::string name = "syn_stdp_synapse_add";
  const reference::Json protocol = reference::read_json("nest/" + name + ".json");
  const std::string keys = R"(rule = "stdp_additive", w_max = "3 pA", A_plus = 0.05, A_minus = 0.055)";
  check_near(delivered<double>(protocol, keys), nest_weights(name), 1e-9);
}

TEST_CASE("triplet STDP follows NEST's stdp_triplet_synapse", "[plasticity][reference]") {
  const std::string name = "syn_stdp_triplet_synapse";
  const reference::Json protocol = reference::read_json("nest/" + name + ".json");
  check_near(delivered<double>(protocol, triplet_keys(protocol)), nest_weights(name), 1e-9);
  check_near(delivered<float>(protocol, triplet_keys(protocol)), nest_weights(name), 2e-6);
}

TEST_CASE("inhibitory STDP follows NEST's vogels_sprekeler_synapse, with weights of either sign",
          "[plasticity][reference]") {
  const std::string name = "syn_vogels_sprekeler_synapse";
  const reference::Json protocol = reference::read_json("nest/" + name + ".json");
  const std::vector<double> expected = nest_weights(name);
  check_near(delivered<double>(protocol, vogels_keys(protocol, R"(w_max = "5 pA")")), expected, 1e-9);
  check_near(delivered<double>(protocol, vogels_keys(protocol, R"(w_min = "-5 pA", w_max = "0 pA")"), -1), expected,
             1e-9);
}
