// Runs that go wrong by their numbers, and populations that never fire.

#include <string>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using record::ResultReader;
using record::TemporaryDirectory;

namespace {

/// Forward Euler with a step of 2.5 time constants: the membrane grows by half in a step, in turns up and down. The
/// current that sets it off comes at 20 ms; F fires on its own.
const std::string unstable = R"(run = { name = "net", seed = 2, dt = "0.1 ms", duration = "60 ms" }
[node]
E = { kind = "lif", size = 5, tau_m = "0.04 ms", V_th = "1e300 mV", integrator = "euler" }
F = { kind = "lif", size = 3, I_e = "3000 pA", tau_m = "2 ms" }
step = { kind = "current", amplitude = "250 pA", start = "20 ms" }
[edge]
I = { from = "step", to = "E.current" }
[record]
spikes = { of = "F" }
)";

app::Settings settings(const TemporaryDirectory& directory) {
  app::Settings s;
  s.out = directory.file("out");
  s.threads = 1;
  s.quiet = s.force = true;
  return s;
}

/// What the run says: of a failure, else nothing.
std::string run(const TemporaryDirectory& directory, const std::string& text, const std::string& overrides = "") {
  record::write_bytes(directory.file("net.toml"), text);
  app::Settings s = settings(directory);
  if (!overrides.empty()) s.overrides = {overrides};
  app::Terminal terminal(true);
  try {
    app::run_experiment(directory.file("net.toml"), s, terminal);
  } catch (const NumericalError& error) {
    return error.what();
  }
  return "";
}

std::string log_of(const ResultReader& result) {
  std::string all;
  for (const std::string& line : result.read<std::string>("/log").values) all += line + "\n";
  return all;
}

}  // namespace

TEST_CASE("a population that explodes stops the run, and its last values are saved", "[watchdog]") {
  const TemporaryDirectory directory;
  const std::string said = run(directory, unstable);
  CHECK(said.starts_with("V_m of E (unit 0) is "));
  CHECK(said.find(" mV at 30 ms, beyond the limit of 1e+12 (run.watchdog.limit); at 20 ms it was -70 mV; ") !=
        std::string::npos);
  const ResultReader result(directory.file("out/net.h5"));
  CHECK(result.attribute<std::string>("/", "status") == "failed");
  CHECK(result.attribute<std::string>("/", "failure") == said);
  CHECK(result.attribute<double>("/", "t_stop") == Approx(30));
  CHECK(log_of(result) == "error: " + said + "\n");
  CHECK(result.attribute<double>("/watchdog", "t_good") == Approx(20));
  CHECK(result.attribute<double>("/watchdog", "t_stop") == Approx(30));
  const auto v = result.read<double>("/watchdog/E/V_m");
  REQUIRE(v.dims == std::vector<std::size_t>{2, 5});
  CHECK(v.values[0] == -70);
  CHECK_FALSE(std::fabs(v.values[5]) <= 1e12);
  CHECK(result.read<double>("/watchdog/F/refractory").dims == std::vector<std::size_t>{2, 3});
  // What was recorded up to there is there, with its measures.
  const record::Spikes spikes = record::read_spikes(result, "/spikes/F");
  REQUIRE(spikes.times.size() >= 9);
  CHECK(spikes.times.back() > 25);
  CHECK(result.read<double>("/measures/value").values.size() > 0);
}

TEST_CASE("a recorded number that is not finite stops the run at its step", "[watchdog]") {
  const TemporaryDirectory directory;
  const std::string records = "v = { of = \"E\", what = \"V_m\", ids = \"2:4\" }\n";
  const std::string said = run(directory, unstable + records, "run.watchdog={limit=1e300}");
  CHECK(said.starts_with("V_m of E (unit 2) is "));
  CHECK(said.find("inf at 4") != std::string::npos);
  CHECK(said.find(" ms it was ") != std::string::npos);
  const ResultReader result(directory.file("out/net.h5"));
  const auto trace = result.read<double>("/traces/v/data");
  const auto time = result.read<double>("/traces/v/time").values;
  // The row that is not finite is the last.
  REQUIRE(trace.dims[0] == time.size());
  CHECK(time.size() > 400);
  CHECK(std::isfinite(trace.values[trace.values.size() - 3]));
  CHECK_FALSE(std::isfinite(trace.values.back()));
  CHECK(result.attribute<double>("/", "t_stop") == Approx(time.back()));
  CHECK(result.attribute<std::string>("/", "status") == "failed");
}

TEST_CASE("a step that an adaptive integrator cannot make names population, unit and time", "[watchdog]") {
  const TemporaryDirectory directory;
  // Above the peak Izhikevich's membrane goes to infinity within a finite time.
  const std::string said = run(directory, R"(run = { name = "net", dt = "0.1 ms", duration = "60 ms" }
[node]
E = { kind = "izhikevich", size = 3, V_th = "1e300 mV", I_e = ["0 pA", "100 pA", "0 pA"], integrator = "dopri5" }
)");
  CHECK(said.starts_with("E (unit 1) at "));
  CHECK(said.find(" ms: dopri5: ") != std::string::npos);
  const ResultReader result(directory.file("out/net.h5"));
  CHECK(result.attribute<std::string>("/", "failure") == said);
  CHECK(result.read<double>("/watchdog/E/V_m").dims == std::vector<std::size_t>{2, 3});
}

TEST_CASE("a population that never fired is told of, or fails the run, or is left alone", "[watchdog]") {
  const TemporaryDirectory directory;
  const std::string quiet = R"(run = { name = "net", dt = "0.1 ms", duration = "60 ms" }
[node]
E = { kind = "lif", size = 5 }
F = { kind = "lif", size = 3, I_e = "900 pA" }
R = { kind = "tanh_rate", size = 3 }
)";
  const std::string line = "E never fired in 60 ms; run.watchdog = { silent = \"off\" } where that is meant";
  CHECK(run(directory, quiet) == "");
  {
    const ResultReader result(directory.file("out/net.h5"));
    CHECK(result.attribute<std::string>("/", "status") == "complete");
    CHECK(log_of(result) == "warning: " + line + "\n");
  }
  CHECK(run(directory, quiet, "run.watchdog={silent=\"off\"}") == "");
  CHECK(log_of(ResultReader(directory.file("out/net.h5"))).empty());
  CHECK(run(directory, quiet, "run.watchdog={silent=\"fail\"}") == line);
  CHECK(ResultReader(directory.file("out/net.h5")).attribute<std::string>("/", "status") == "failed");
}

TEST_CASE("precise spikes are recorded at their own times, in order, for any number of threads", "[watchdog]") {
  const TemporaryDirectory directory;
  const std::string text = R"(run = { name = "net", seed = 4, dt = "0.1 ms", duration = "40 ms", precision = "float64" }
[node]
E = { kind = "lif", size = 70, I_e = { uniform = ["400 pA", "900 pA"] }, integrator = "dopri5", spike_times = "precise" }
[edge]
EE = { from = "E", to = "E.input", connect = { rule = "fixed_in_degree", k = 3 }, weight = "0.1 mV", delay = "1 ms" }
[record]
spikes = { of = "E" }
rate = { of = "E", what = "rate", bin = "40 ms" }
)";
  REQUIRE(run(directory, text) == "");
  const std::string one = ResultReader(directory.file("out/net.h5")).digest();
  const record::Spikes spikes = record::read_spikes(ResultReader(directory.file("out/net.h5")), "/spikes/E");
  REQUIRE(spikes.times.size() > 70);
  std::size_t between = 0;
  for (const double t : spikes.times) between += std::fabs(t / 0.1 - std::round(t / 0.1)) > 1e-6;
  CHECK(between > spikes.times.size() * 9 / 10);
  const auto rate = ResultReader(directory.file("out/net.h5")).read<double>("/traces/rate/data").values;
  CHECK(rate[0] == Approx(static_cast<double>(spikes.times.size()) / 70 / 0.04));
  app::Settings s = settings(directory);
  s.threads = 3;
  app::Terminal terminal(true);
  REQUIRE(app::run_experiment(directory.file("net.toml"), s, terminal) == 0);
  CHECK(ResultReader(directory.file("out/net.h5")).digest() == one);
}
