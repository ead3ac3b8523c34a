#include "learning/plasticity/intrinsic.hpp"

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

const std::string rule = R"(ip = { rule = "intrinsic", on = "node.E", rate = "20 Hz", eta = "0.5 mV")";

double threshold(Experiment<double>& e, std::size_t unit) { return e.E().parameter_column("V_th")[unit]; }

}  // namespace

TEST_CASE("a threshold moves by eta for each spike more or less than the rate", "[plasticity]") {
  Experiment<double> e(1, 20, {{0}, {0}, {1.0}, {1}});
  // 20 Hz in 100 ms: 2 spikes
  e.E().at = {{3, 0, 0}, {50, 0, 0}, {7, 0, 1}, {8, 0, 1}, {9, 0, 1}, {199, 0, 1}};
  e.learn(rule + " }");
  e.start(0.5, 20);
  e.trial(200);
  CHECK(threshold(e, 0) == Approx(-52).margin(1e-11));
  CHECK(threshold(e, 1) == Approx(-52 + 0.5 * 2).margin(1e-11));
  CHECK(threshold(e, 2) == Approx(-52 - 0.5 * 2).margin(1e-11));
  e.processes[0]->freeze(true);
  e.trial(200);
  CHECK(threshold(e, 1) == Approx(-51).margin(1e-11));
}

TEST_CASE("a batch moves thresholds by the mean, or the sum, of its samples' steps", "[plasticity]") {
  const auto after = [](const std::string& keys) {
    Experiment<double> e(1, 20, {{0}, {0}, {1.0}, {1}});
    for (std::int64_t t = 0; t < 12; t += 2) e.E().at.insert({t, 1, 0});
    e.learn(rule + keys + " }");
    e.start(0.5, 200, 2, true, 2);
    e.trial(200, 2);
    return threshold(e, 0);
  };
  CHECK(after("") == Approx(-52 + 0.5 * (6.0 / 2 - 2)).margin(1e-11));
  CHECK(after(R"(, batch = "sum")") == Approx(-52 + 0.5 * (6.0 - 4)).margin(1e-11));
}
