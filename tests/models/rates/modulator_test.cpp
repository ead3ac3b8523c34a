#include <cmath>

#include "tests/catch.hpp"
#include "tests/whole_network.hpp"

using namespace cajal;

TEST_CASE("a modulator decays to its baseline and rises by what arrives", "[models]") {
  const auto network = test::network_of<double>(R"([node]
in = { kind = "series", size = 1 }
DA = { kind = "modulator", tau = "50 ms", baseline = 0.3 }
[edge]
in = { from = "in", to = "DA.input", connect = "all_to_all", weight = 2, delay = "1 ms" }
)",
                                                test::none_trained, 0.5);
  auto* const input = dynamic_cast<test::Series<double>*>(network->node("in"));
  input->values.assign(200, 0);
  input->values[10] = 1;
  input->values[60] = -0.25;
  Plan plan;
  plan.dt = 0.5;
  plan.window = 200;
  Clock<double> clock(*network, plan, 1);
  const Node<double>& node = *network->node("DA");
  REQUIRE(node.size() == 1);
  for (std::int64_t t = 0; t < 200; ++t) {
    clock.run({t, t + 1}, 1);
    // What is sent in step t arrives in step t + 2, and counts from its end on.
    const auto left = [&](std::int64_t arrival) { return t >= arrival ? std::exp(-0.5 * (t - arrival) / 50.0) : 0.0; };
    CHECK(node.output.at(t, 0)[0] == Approx(0.3 + 2 * left(12) - 0.5 * left(62)).epsilon(1e-12));
  }
}
