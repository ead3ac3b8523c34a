// Homeostasis and phases in whole runs.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tests/app/run_of.hpp"

using namespace cajal;
using app::RunOf;

namespace {

const std::string nodes = R"(
[node]
X = { kind = "poisson", size = 60, rate = "15 Hz" }
E = { kind = "lif", size = 70, receptors = { ex = "exponential_current" } }
[edge]
XE = { from = "X", to = "E.ex", connect = { rule = "fixed_in_degree", k = 40 }, weight = { uniform = ["100 pA", "200 pA"] }, delay = { uniform = ["1 ms", "3 ms"] } }
)";

const std::string learn = R"([learn]
stdp = { rule = "stdp", on = "edge.XE", w_max = "300 pA" }
norm = { rule = "normalise", on = "edge.XE", norm = "L2", length = "1600 pA", of = "pre", every = "70 ms" }
scale = { rule = "scaling", on = "edge.XE", rate = "5 Hz", tau = "1 s", tau_rate = "200 ms", every = "30 ms", w_max = "3 nA" }
)";

const std::string run = "run = { name = \"run\", seed = 3, dt = \"0.1 ms\"";
const std::string two = run + R"(, duration = "200 ms" })" + nodes + learn;

/// Phases of these names and durations; what a third text names, if it names any, learns.
std::string phases(const std::vector<std::vector<std::string>>& all) {
  std::string out;
  for (const auto& phase : all)
    out += "[[phase]]\nname = \"" + phase[0] + "\"\nduration = \"" + phase[1] + "\"\n" +
           (phase.size() > 2 ? "learn = " + phase[2] + "\n" : "");
  return out;
}

const std::string final_weights = "/weights/XE/final/weight";

}  // namespace

TEST_CASE("processes that act at times give the same bytes on any number of threads", "[homeostasis]") {
  const RunOf first(two, 1);
  CHECK(first.values(final_weights) != first.values("/weights/XE/initial/weight"));
  for (const std::size_t threads : {1, 2, 3}) CHECK(RunOf(two, threads).result().digest() == first.result().digest());
}

TEST_CASE("processes that act at times give the same bytes however the run is cut into windows", "[homeostasis]") {
  const RunOf first(two);
  for (const std::string every : {"0.1 ms", "0.7 ms", "3.7 ms"}) {
    const RunOf other(two + "[record]\nspikes = { of = \"E\" }\nv = { of = \"E\", what = \"V_m\", every = \"" + every +
                      "\" }\n");
    CHECK(other.values(final_weights) == first.values(final_weights));
    CHECK(other.values("/spikes/E/timestamps") == first.values("/spikes/E/timestamps"));
  }
}

TEST_CASE("phases without a change of what learns are one run", "[phases]") {
  const RunOf whole(run + R"(, duration = "100 ms" })" + nodes + learn);
  // Their borders lie beside the times at which the processes act.
  const RunOf cut(run + " }" + nodes + learn +
                  phases({{"a", "33.3 ms"}, {"b", "66.7 ms", R"(["stdp", "norm", "scale"])"}}));
  CHECK(cut.values("/spikes/E/timestamps").size() > 50);
  CHECK((whole.values(final_weights) == cut.values(final_weights)));
  const RunOf frozen(run + " }" + nodes + phases({{"a", "33.3 ms"}, {"b", "66.7 ms"}}));
  const RunOf alone(run + R"(, duration = "100 ms" })" + nodes);
  CHECK(frozen.values("/spikes/E/timestamps") == alone.values("/spikes/E/timestamps"));
}

TEST_CASE("a process is frozen outside of the phases that name it", "[phases]") {
  const std::string record = "[record]\nw = { of = \"edge.XE\", what = \"weight\", every = \"50 ms\" }\n";
  for (const std::size_t threads : {1, 2}) {
    const RunOf phased(run + " }" + nodes + learn + record +
                           phases({{"train", "100 ms"}, {"test", "50 ms", "[]"}, {"again", "50 ms", "[\"scale\"]"}}),
                       threads);
    const RunOf train(run + R"(, duration = "100 ms" })" + nodes + learn, threads);
    const auto at = [&](const std::string& time) { return phased.values("/weights/XE/" + time + "/weight"); };
    CHECK(at("100") == train.values(final_weights));
    CHECK(at("50") != at("100"));
    CHECK(at("150") == at("100"));
    CHECK(phased.values(final_weights) == at("200"));
    // Scaling alone keeps the ratios of the weights of a unit that no bound holds.
    CHECK(at("200") != at("150"));
    const auto target = phased.values("/weights/XE/initial/target");
    std::vector<double> low(70, 1e9), high(70, 0);
    for (std::size_t i = 0; i < target.size(); ++i) {
      if (at("200")[i] >= 300 || at("150")[i] < 1) continue;
      const double ratio = at("200")[i] / at("150")[i];
      double &l = low[static_cast<std::size_t>(target[i])], &h = high[static_cast<std::size_t>(target[i])];
      l = std::min(l, ratio), h = std::max(h, ratio);
      if (i > 400) break;
    }
    for (std::size_t u = 0; u < 70; ++u)
      if (high[u] > 0) CHECK(low[u] == Approx(high[u]).epsilon(1e-5));
  }
}

TEST_CASE("the result says which phase ran when, and what learned", "[phases]") {
  const auto result = RunOf(run + R"(, duration = "70 ms" })" + nodes + learn +
                            phases({{"train", "50 ms"}, {"test", "20 ms", R"(["norm", "scale"])"}}));
  CHECK(result.result().read<std::string>("/phases/name").values == std::vector<std::string>{"train", "test"});
  CHECK(result.result().read<std::string>("/phases/learn").values == std::vector<std::string>{"all", "norm, scale"});
  CHECK(result.values("/phases/t_start") == std::vector<double>{0, 50});
  CHECK(result.values("/phases/t_stop") == std::vector<double>{50, 70});
  CHECK(result.result().attribute<double>("/", "t_stop") == 70);
  CHECK_FALSE(RunOf(two).result().has("/phases"));
}

TEST_CASE("scaling brings units to their rate, over seeds", "[homeostasis]") {
  for (const std::string seed : {"1", "2", "3"}) {
    const RunOf r(R"(run = { name = "run", dt = "0.5 ms", duration = "60 s" }
[node]
X = { kind = "poisson", size = 40, rate = "10 Hz" }
E = { kind = "lif", size = 16, receptors = { ex = "exponential_current" } }
[edge]
XE = { from = "X", to = "E.ex", connect = { rule = "fixed_in_degree", k = 20 }, weight = { uniform = ["50 pA", "100 pA"] }, delay = "1 ms" }
[learn]
scale = { rule = "scaling", on = "edge.XE", rate = "8 Hz", tau = "10 s", beta = 0.1, tau_rate = "1 s", every = "100 ms" }
)",
                  1, {"run.seed=" + seed});
    const auto time = r.values("/spikes/E/timestamps");
    const auto rate = [&](double from, double to) {
      return static_cast<double>(
                 std::count_if(time.begin(), time.end(), [&](double t) { return t > from && t <= to; })) /
             16 / (to - from) * 1000;
    };
    // A tenth of the way would already be beyond these; 16 units for 30 s at 8 Hz count 3,840 spikes.
    CHECK(rate(0, 2000) < 2);
    CHECK(rate(30'000, 60'000) == Approx(8).epsilon(0.05));
    const auto before = r.values("/weights/XE/initial/weight"), after = r.values(final_weights);
    CHECK(std::accumulate(after.begin(), after.end(), 0.0) > 1.2 * std::accumulate(before.begin(), before.end(), 0.0));
  }
}

TEST_CASE("the mean rate differs from the target of intrinsic plasticity by the threshold's change", "[homeostasis]") {
  const RunOf r(R"(run = { name = "run", dt = "0.1 ms", duration = "5 s", seed = 5 }
[node]
X = { kind = "poisson", size = 10, rate = "800 Hz" }
E = { kind = "lif", size = 10, receptors = { ex = "exponential_current" } }
[edge]
XE = { from = "X", to = "E.ex", connect = "one_to_one", weight = "150 pA", delay = "1 ms" }
[learn]
ip = { rule = "intrinsic", on = "node.E", rate = "6 Hz", eta = "0.5 mV" }
)");
  const auto unit = r.values("/spikes/E/node_ids"), theta = r.values("/weights/node.E.theta/final");
  REQUIRE(theta.size() == 10);
  double all = 0;
  for (std::size_t u = 0; u < 10; ++u) {
    const double spikes = static_cast<double>(std::count(unit.begin(), unit.end(), static_cast<double>(u)));
    CHECK(theta[u] == Approx(0.5 * (spikes - 30)).margin(1e-7));
    all += spikes;
  }
  CHECK(all / 10 / 5 == Approx(6).epsilon(0.5));
}

TEST_CASE("Dale's sign holds beside a gradient, which still learns", "[homeostasis]") {
  const std::string text = R"(run = { name = "run", seed = 2 }
data = { source = "digits", samples = 200, split = { train = 0.8, test = 0.2 } }
layers = [ { name = "hid", kind = "dense", units = 40, activation = "relu" }, { name = "out", kind = "dense", units = 10 } ]
[learn]
bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 5e-3 }, batch = 16, epochs = 8 }
)";
  const RunOf free(text), held(text + "dale = { rule = \"dale\", on = \"edge.out\", sign = \"excitatory\" }\n");
  const auto negative = [](const std::vector<double>& w) {
    return std::count_if(w.begin(), w.end(), [](double x) { return x < 0; });
  };
  CHECK(negative(free.values("/weights/out/final/weight")) > 100);
  auto first = free.values("/weights/out/initial/weight");
  for (double& w : first) w = std::fabs(w);
  CHECK(held.values("/weights/out/initial/weight") == first);
  const auto last = held.values("/weights/out/final/weight");
  CHECK(negative(last) == 0);
  CHECK(std::count(last.begin(), last.end(), 0.0) > 20);
  CHECK(negative(held.values("/weights/hid/final/weight")) > 100);
  const auto loss = held.values("/training/loss");
  CHECK(loss.back() < 0.5 * loss.front());
}
