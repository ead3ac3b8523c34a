#include "learning/plasticity/rules/stdp.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

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

TEST_CASE("the nearest spike alone counts where pairs are nearest", "[plasticity]") {
  const double near = std::exp(-2.0 / 17), far = std::exp(-5.0 / 17);
  CHECK(pairing({150, 180}, {200}, additive) == Approx(1 + 0.15 * (near + far)).epsilon(1e-13));
  CHECK(pairing({150, 180}, {200}, additive + R"(, pairs = "nearest")") == Approx(1 + 0.15 * near).epsilon(1e-13));
  const double after = std::exp(-2.0 / 34), later = std::exp(-5.0 / 34);
  CHECK(pairing({200}, {150, 180}, additive) == Approx(1 - 0.165 * (after + later)).epsilon(1e-13));
  CHECK(pairing({200}, {150, 180}, additive + R"(, pairs = "nearest")") == Approx(1 - 0.165 * after).epsilon(1e-13));
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

TEST_CASE("a dendritic delay is a shift of the post spikes by it, both ways", "[plasticity]") {
  // Of 20 steps 8 lie behind the synapse: the pre spike meets what was sent 8 steps before it came.
  const std::string keys = additive + R"(, dendritic_delay = "0.8 ms")";
  CHECK(pairing({200}, {230}, keys, 20) == pairing({204}, {230}, additive));
  CHECK(pairing({200}, {190}, keys, 20) == pairing({204}, {190}, additive));
  CHECK(pairing({200}, {204}, keys, 20) == pairing({204}, {204}, additive));
  CHECK(pairing({200}, {203}, keys, 20) == pairing({204}, {203}, additive));
}

TEST_CASE("of spikes that coincide the first acts first", "[plasticity]") {
  // NEST's order: the post spike finds no trace of the pre spike, and the pre spike none of the post spike.
  const std::string nest = additive + R"(, dendritic_delay = "1 ms", coincidence = "post_first")";
  CHECK(pairing({200}, {200}, nest, 20) == 1.0);
  CHECK(pairing({180, 200}, {200}, nest, 20) == Approx(1 + 0.15 * std::exp(-2.0 / 17)).epsilon(1e-13));
}

TEST_CASE("many post spikes between two pre spikes, or none, are replayed in their order", "[plasticity]") {
  // More than a unit's history holds, so that it is replayed before the next pre spike comes.
  std::vector<std::int64_t> post;
  for (std::int64_t t = 110; t < 900; t += 9) post.push_back(t);
  const std::string keys = R"(lambda = 0.02, alpha = 0.7, mu_plus = 0.5, mu_minus = 0.3)";
  for (const std::uint32_t delay : {0u, 15u})
    for (const bool nest : {false, true}) {
      if (nest && delay == 0) continue;
      double w = 1, x = 0, y = 0;
      const double span = 3;
      const std::int64_t shift = nest ? -static_cast<std::int64_t>(delay) : delay;
      for (std::int64_t t = 0; t < 1000; ++t) {
        x *= std::exp(-0.1 / 20), y *= std::exp(-0.1 / 20);
        const bool pre = t == 105 + shift || t == 905 + shift, sent = std::count(post.begin(), post.end(), t) > 0;
        const auto potentiate = [&] { w += 0.02 * span * std::sqrt((span - w) / span) * x; };
        if (nest && sent) potentiate();
        if (pre) w -= 0.02 * 0.7 * span * std::pow(w / span, 0.3) * y, x += 1;
        if (!nest && sent) potentiate();
        if (sent) y += 1;
      }
      const std::string timing = R"(, dendritic_delay = "all", coincidence = "post_first")";
      CHECK(pairing({105, 905}, post, nest ? keys + timing : keys, delay) == Approx(w).epsilon(1e-11));
    }
}

TEST_CASE("an edge of negative weights learns by their magnitude", "[plasticity]") {
  Experiment<double> e(1, 1, {{0}, {0}, {-1.0}, {0}}, "mV");
  e.X().at = {{5, 0, 0}};
  e.E().at = {{15, 0, 0}};
  e.learn(R"(s = { rule = "stdp", on = "edge.XE", lambda = 0.1, mu_plus = 0, mu_minus = 0 })");
  e.start(0.1, 50);
  e.trial(100);
  CHECK(e.weights()[0] == Approx(-1 - 0.1 * 2 * std::exp(-1.0 / 20)).epsilon(1e-14));
}

TEST_CASE("timings that a synapse cannot have are refused", "[plasticity]") {
  const auto wrong = [](const std::string& keys, std::uint32_t delay) {
    Experiment<double> e(1, 1, {{0}, {0}, {1.0}, {delay}});
    return learn_errors(e, R"(s = { rule = "stdp", on = "edge.XE", )" + keys + " }");
  };
  CHECK_THAT(wrong(R"(dendritic_delay = "2 ms")", 15),
             Catch::Contains("2 ms is more than the shortest delay of edge.XE, 1.5 ms"));
  CHECK_THAT(wrong(R"(coincidence = "post_first")", 15), Catch::Contains("asks for a dendritic delay"));
  CHECK_THAT(wrong(R"(coincidence = "post_fist")", 15), Catch::Contains("post_first"));
  CHECK(wrong(R"(dendritic_delay = "1.5 ms", coincidence = "post_first")", 15).empty());
}
