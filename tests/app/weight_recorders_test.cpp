// Weights over time: some of them, how many lie where, what has changed.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/app/run_of.hpp"

using namespace cajal;
using app::RunOf;

namespace {

const std::string network = R"(run = { name = "run", seed = 4, dt = "0.1 ms", duration = "60 ms" }
[node]
X = { kind = "poisson", size = 30, rate = "60 Hz" }
E = { kind = "lif", size = 20, receptors = { ex = "exponential_current" } }
[edge]
XE = { from = "X", to = "E.ex", connect = { rule = "fixed_in_degree", k = 20 }, weight = { uniform = ["60 pA", "220 pA"] }, delay = { uniform = ["1 ms", "3 ms"] } }
[learn]
stdp = { rule = "stdp", on = "edge.XE", w_max = "250 pA", lambda = 0.2, mu_plus = 0, mu_minus = 0 }
[record]
all = { of = "edge.XE", what = "weight", every = "20 ms" }
)";

std::vector<double> weights_at(const RunOf& run, const std::string& when) {
  return run.values("/weights/XE/" + when + "/weight");
}

const std::vector<std::string> times{"initial", "20", "40", "60"};

}  // namespace

TEST_CASE("histograms count every weight in its bin", "[record]") {
  const RunOf run(network + R"(h = { of = "edge.XE", what = "weight", every = "20 ms", as = "histogram", bins = 10 }
n = { of = "edge.XE", what = "weight", every = "20 ms", as = "histogram", bins = 3, range = ["100 pA", "200 pA"] }
)",
                  2);
  const std::string place = "/weight_histograms/h/XE/";
  CHECK(run.values(place + "edges") == std::vector<double>{0, 25, 50, 75, 100, 125, 150, 175, 200, 225, 250});
  CHECK(run.values(place + "time") == std::vector<double>{0, 20, 40, 60});
  const auto counts = run.values(place + "counts"), narrow = run.values("/weight_histograms/n/XE/counts");
  REQUIRE(counts.size() == 4 * 10);
  REQUIRE(narrow.size() == 4 * 3);
  for (std::size_t t = 0; t < times.size(); ++t) {
    const auto weights = weights_at(run, times[t]);
    REQUIRE(weights.size() == 400);
    const auto between = [&](double low, double high, bool closed) {
      return static_cast<double>(std::count_if(weights.begin(), weights.end(),
                                               [&](double w) { return w >= low && (closed ? w <= high : w < high); }));
    };
    for (std::size_t i = 0; i < 10; ++i)
      CHECK(counts[10 * t + i] == between(25.0 * static_cast<double>(i), 25.0 * static_cast<double>(i + 1), i == 9));
    CHECK(run.values("/weight_histograms/n/XE/below")[t] == between(-1e9, 100, false));
    CHECK(run.values("/weight_histograms/n/XE/above")[t] == 400 - between(-1e9, 200, true));
    CHECK(narrow[3 * t] + narrow[3 * t + 1] + narrow[3 * t + 2] == between(100, 200, true));
  }
  // Weights reach both bounds: the outermost bins hold them.
  CHECK(weights_at(run, "60") != weights_at(run, "initial"));
  CHECK(counts[30] > 0);
  CHECK(counts[39] > 0);
}

TEST_CASE("traces are those of the synapses that they name, evenly over all", "[record]") {
  const RunOf run(network + "w = { of = \"edge.XE\", what = \"weight\", every = \"20 ms\", synapses = 7 }\n");
  const std::string place = "/weight_traces/w/XE/";
  const auto synapse = run.values(place + "synapse"), data = run.values(place + "data");
  CHECK(synapse == std::vector<double>{0, 57, 114, 171, 228, 285, 342});
  REQUIRE(data.size() == 4 * 7);
  for (std::size_t t = 0; t < times.size(); ++t)
    for (std::size_t k = 0; k < 7; ++k)
      CHECK(data[7 * t + k] == weights_at(run, times[t])[static_cast<std::size_t>(synapse[k])]);
  for (const std::string end : {"source", "target"}) {
    const auto all = run.values("/weights/XE/initial/" + end), some = run.values(place + end);
    for (std::size_t k = 0; k < 7; ++k) CHECK(some[k] == all[static_cast<std::size_t>(synapse[k])]);
  }
  // No more than there are.
  const RunOf many(network + "w = { of = \"edge.XE\", what = \"weight\", every = \"20 ms\", synapses = 5000 }\n");
  CHECK(many.result().describe(place + "data").dims == std::vector<std::size_t>{4, 400});
}

TEST_CASE("changes give back every weight to within their threshold", "[record]") {
  for (const std::string threshold : {"0 pA", "40 pA"}) {
    const RunOf run(network +
                    R"(c = { of = "edge.XE", what = "weight", every = "20 ms", as = "changes", threshold = ")" +
                    threshold + "\" }\n");
    const std::string place = "/weight_changes/c/XE/";
    auto now = run.values(place + "initial");
    CHECK(now == weights_at(run, "initial"));
    const auto time = run.values(place + "time"), synapse = run.values(place + "synapse"),
               weight = run.values(place + "weight");
    CHECK(synapse.size() > 20);
    std::size_t next = 0;
    const double allowed = threshold == "0 pA" ? 0 : 40;
    for (const std::string when : {"20", "40", "60"}) {
      for (; next < time.size() && time[next] <= std::stod(when); ++next) {
        double& w = now[static_cast<std::size_t>(synapse[next])];
        CHECK(std::fabs(weight[next] - w) > allowed);
        w = weight[next];
      }
      const auto wanted = weights_at(run, when);
      for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(std::fabs(now[i] - wanted[i]) <= allowed);
    }
    CHECK(next == time.size());
  }
}

TEST_CASE("weights that a process scales are recorded as they are after it", "[record]") {
  const RunOf run(R"(run = { name = "run", seed = 4, dt = "0.1 ms", duration = "60 ms" }
[node]
X = { kind = "poisson", size = 30, rate = "60 Hz" }
E = { kind = "lif", size = 20, receptors = { ex = "exponential_current" } }
[edge]
XE = { from = "X", to = "E.ex", connect = { rule = "fixed_in_degree", k = 20 }, weight = { uniform = ["60 pA", "220 pA"] }, delay = "1 ms" }
[learn]
norm = { rule = "normalise", on = "edge.XE", sum = "3 nA", every = "30 ms" }
stdp = { rule = "stdp", on = "edge.XE", w_max = "250 pA", lambda = 0.2 }
[record]
w = { of = "edge.XE", what = "weight", every = "15 ms" }
)");
  const auto target = run.values("/weights/XE/initial/target");
  const auto sums = [&](const std::string& when) {
    std::vector<double> out(20, 0.0);
    const auto weight = weights_at(run, when);
    for (std::size_t i = 0; i < weight.size(); ++i) out[static_cast<std::size_t>(target[i])] += weight[i];
    return out;
  };
  for (const std::string when : {"30", "60"})
    for (const double sum : sums(when)) CHECK(sum == Approx(3000).epsilon(1e-5));
  double off = 0;
  for (const double sum : sums("45")) off = std::max(off, std::fabs(sum - 3000));
  CHECK(off > 1);
}
