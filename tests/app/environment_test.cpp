// Networks that act upon an environment, from a config to a result. They are fixed: nothing learns.

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/spikes.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

namespace cajal::app {

namespace {

using record::ResultReader;

class ActingRun {
 public:
  explicit ActingRun(const std::string& config, std::size_t threads = 1) {
    record::write_bytes(folder_.file("r.toml"), config);
    Settings settings;
    settings.out = folder_.file("results");
    settings.threads = threads;
    settings.quiet = true;
    Terminal terminal(true);
    REQUIRE(run_experiment(folder_.file("r.toml"), settings, terminal) == 0);
    reader_.emplace(folder_.file("results/r.h5"));
  }
  template <class T = double>
  std::vector<T> column(const std::string& path) const {
    return reader_->read<T>(path).values;
  }
  const ResultReader& reader() const { return *reader_; }
  double measured(const std::string& measure) const {
    const auto names = column<std::string>("/measures/measure");
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == measure) return column("/measures/value")[i];
    throw Error("no " + measure);
  }

 private:
  record::TemporaryDirectory folder_;
  std::optional<ResultReader> reader_;
};

std::string bandit(const std::string& populations, const std::string& record = "") {
  return R"(run = { name = "r", seed = 3, dt = "1 ms", duration = "10 s", precision = "float64" }
environment = { kind = "bandit", interval = "10 ms", probabilities = [0.2, 0.9], action = { of = ["A", "B"] }, reward = { to = "DA", form = "prediction_error", window = 5, scale = 0.5 } }
[node]
DA = { kind = "modulator", tau = "40 ms", baseline = 0.25 }
)" + populations +
         "\n[record]\nn = { of = \"DA\", what = \"n\" }\nspikes = { of = [\"A\", \"B\"] }\n" + record;
}

const std::string alike = R"(A = { kind = "poisson", size = 3, rate = "40 Hz" }
B = { kind = "poisson", size = 3, rate = "40 Hz" })";

}  // namespace

TEST_CASE("the population with more spikes in an interval acts, and the record holds all of it", "[environments]") {
  const ActingRun run(bandit(alike));
  const auto action = run.column<std::int64_t>("/environment/action");
  const auto t = run.column("/environment/t"), activity = run.column("/environment/activity");
  REQUIRE(action.size() == 1000);
  std::vector<std::array<double, 2>> counts(1000, {0, 0});
  for (const auto& [name, k] : {std::pair{"A", 0}, std::pair{"B", 1}})
    for (const double time : record::read_spikes(run.reader(), std::string("/spikes/") + name).times)
      ++counts[static_cast<std::size_t>((time - 0.5) / 10)][static_cast<std::size_t>(k)];
  double first = 0, ties = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    REQUIRE(t[i] == Approx(10.0 * static_cast<double>(i + 1)));
    REQUIRE(activity[2 * i] == Approx(counts[i][0] / 3));
    REQUIRE(activity[2 * i + 1] == Approx(counts[i][1] / 3));
    if (counts[i][0] != counts[i][1]) {
      REQUIRE(action[i] == (counts[i][0] > counts[i][1] ? 0 : 1));
      continue;
    }
    ++ties;
    first += action[i] == 0 ? 1 : 0;
  }
  REQUIRE(ties > 100);
  CHECK(std::fabs(first - ties / 2) < 4 * std::sqrt(ties / 4));
}

TEST_CASE("rewards follow the arms and reach the modulator", "[environments]") {
  const ActingRun run(bandit(alike));
  const auto action = run.column<std::int64_t>("/environment/action"),
             best = run.column<std::int64_t>("/environment/best");
  const auto reward = run.column("/environment/reward"), signal = run.column("/environment/signal");
  double mean = 0;
  std::array<double, 2> pulls{}, paid{};
  for (std::size_t i = 0; i < reward.size(); ++i) {
    REQUIRE(best[i] == 1);
    REQUIRE(signal[i] == Approx(0.5 * (reward[i] - mean)));
    mean += (reward[i] - mean) / 5;
    pulls[static_cast<std::size_t>(action[i])] += 1;
    paid[static_cast<std::size_t>(action[i])] += reward[i];
  }
  for (const auto& [k, p] : {std::pair{0U, 0.2}, std::pair{1U, 0.9}})
    CHECK(std::fabs(paid[k] - p * pulls[k]) < 4 * std::sqrt(pulls[k] * p * (1 - p)));
  // n(t) is the sum of what is left of each signal.
  const auto n = run.column("/traces/n/data");
  double excess = 0;
  for (std::size_t ms = 1; ms <= n.size(); ++ms) {
    excess *= std::exp(-1 / 40.0);
    REQUIRE(n[ms - 1] == Approx(0.25 + excess).epsilon(1e-6));
    if (ms % 10 == 0) excess += signal[ms / 10 - 1];
  }
  CHECK(run.measured("best_choice") == Approx(0.5).margin(4 * std::sqrt(0.25 / 250)));
}

TEST_CASE("an environment does not depend on what else is recorded", "[environments]") {
  const auto rewards = [](const std::string& record) {
    return ActingRun(bandit(alike, record)).column("/environment/signal");
  };
  const auto expected = rewards("");
  CHECK(rewards("m = { of = \"DA\", what = \"n\", every = \"7 ms\" }\n") == expected);
  CHECK(rewards("m = { of = \"DA\", what = \"n\", every = \"30 ms\" }\n") == expected);
}

TEST_CASE("a stimulus is seen while it lasts", "[environments]") {
  const ActingRun run(R"(run = { name = "r", seed = 1, dt = "0.5 ms", duration = "1 s" }
environment = { kind = "instrumental", interval = "2 ms", period = "100 ms", stimulus = "4 ms", response = "20 ms", observe = { to = "S", max = "1 kHz" }, action = { of = ["S[0:30]", "S[30:32]"] }, reward = { to = "DA", delay = "10 ms" } }
[node]
S = { kind = "poisson", size = 32, rate = "0 Hz" }
DA = { kind = "modulator" }
[record]
S = { of = "S" }
n = { of = "DA", what = "n" }
)");
  const auto times = record::read_spikes(run.reader(), "/spikes/S").times;
  CHECK(times.size() > 9 * 4 * 32 / 2);
  for (const double t : times) {
    const double since = std::fmod(t, 100);
    REQUIRE((t > 100 && since > 0 && since <= 4));
  }
  const auto t = run.column("/environment/t"), reward = run.column("/environment/reward");
  REQUIRE(t.size() == 9);
  for (std::size_t i = 0; i < t.size(); ++i) CHECK(t[i] == 120 + 100.0 * static_cast<double>(i));
  // The first reward comes 10 ms after the decision.
  REQUIRE(reward[0] == 1);
  const auto n = run.column("/traces/n/data");
  CHECK(n[259] == 0);
  CHECK(n[260] == Approx(std::exp(-0.5 / 200)));
}

TEST_CASE("values of units that do not spike push the cart", "[environments]") {
  const ActingRun run(R"(run = { name = "r", seed = 1, dt = "1 ms", duration = "200 ms" }
environment = { kind = "cart_pole", interval = "20 ms", action = { of = ["L", "R"], read = "difference" }, reward = { to = "DA" } }
[node]
L = { kind = "leaky_readout", size = 2, init = { u = 0.1 }, tau = "1e9 ms" }
R = { kind = "leaky_readout", size = 2, init = { u = [0.2, 0.6] }, tau = "1e9 ms" }
DA = { kind = "modulator" }
)");
  for (const double push : run.column("/environment/push")) CHECK(push == Approx(0.3).epsilon(1e-5));
  CHECK(run.column("/environment/observation")[5] == Approx(0.3 * 0.195122).epsilon(1e-5));
}

TEST_CASE("an environment does not depend on threads", "[environments][determinism]") {
  const std::string config = R"(run = { name = "r", seed = 5, dt = "1 ms", duration = "400 ms" }
environment = { kind = "cart_pole", interval = "20 ms", observe = { to = "S", code = { kind = "gaussian", units = [3, 3, 5, 3] }, max = "150 Hz" }, action = { of = ["E[0:1200]", "E[1200:2400]"] }, reward = { to = "DA", form = "td_error" } }
[node]
S = { kind = "poisson", size = 270, rate = "5 Hz" }
E = { kind = "lif", size = 2400 }
DA = { kind = "modulator" }
[edge]
SE = { from = "S", to = "E.input", connect = { rule = "fixed_in_degree", k = 40 }, weight = { uniform = ["0 mV", "4 mV"] }, delay = "1 ms" }
DE = { from = "DA", to = "E.current", connect = "all_to_all", weight = "1 pA", delay = "1 ms" }
)";
  const ActingRun one(config);
  CHECK(one.column("/environment/reward").size() == 20);
  for (const std::size_t threads : {2, 3}) CHECK(ActingRun(config, threads).reader().digest() == one.reader().digest());
}

}  // namespace cajal::app
