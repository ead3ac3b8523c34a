// Runs that are killed and go on.

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <string>

#include "app/experiment.hpp"
#include "sim/error.hpp"
#include "sim/random.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using record::ResultReader;
using record::TemporaryDirectory;

namespace {

/// Currents with memory, spikes between steps, delays of many steps, an edge with a delay that is no sparse one,
/// traces, rates, two groups, synapses with a memory that release by chance, gap junctions with delays beyond the first
/// checkpoint, and learning with and without a list of synapses.
const std::string network = R"(run = { name = "net", seed = 3, dt = "0.1 ms", duration = "400 ms" }
[node]
E = { kind = "lif", size = 1700, preset = "nest", I_e = "300 pA", init = { V_m = { uniform = ["-70 mV", "-55 mV"] } } }
I = { kind = "adex", size = 400, receptors = { ex = "exponential_conductance", gap = "gap_junction" } }
P = { kind = "lif", size = 3, I_e = ["450 pA", "500 pA", "550 pA"], t_ref = "2.03 ms", integrator = "dopri5", spike_times = "precise" }
drive = { kind = "poisson", rate = "6 kHz" }
noise = { kind = "noise_current", size = 1700, mean = "50 pA", sigma = "80 pA", tau = "5 ms" }
[edge]
EE = { from = "E", to = "E.ex", connect = { rule = "fixed_in_degree", k = 20 }, weight = { normal = ["8 pA", "2 pA"], min = "0 pA" }, delay = { uniform = ["0.5 ms", "12 ms"] } }
EI = { from = "E", to = "I.ex", connect = { rule = "fixed_probability", p = 0.05 }, weight = "1 nS", delay = "2 ms" }
EF = { from = "E", to = "E.ex", connect = { rule = "fixed_in_degree", k = 5 }, weight = "10 pA", delay = { uniform = ["1 ms", "9 ms"] }, short_term = { kind = "tsodyks_markram", tau_fac = "300 ms" }, release = 0.7 }
II = { from = "I.V_m", to = "I.gap", connect = { rule = "fixed_in_degree", k = 2 }, weight = "0.5 nS", delay = { uniform = ["0.5 ms", "40 ms"] } }
X = { from = "drive", to = "E.ex", connect = "private", weight = "20 pA", delay = "1.5 ms" }
N = { from = "noise", to = "E.current", kind = "one_to_one" }
[learn]
triplet = { rule = "triplet", on = "edge.EE", w_max = "40 pA", dendritic_delay = "0.5 ms", coincidence = "post_first" }
stdp = { rule = "stdp", on = "edge.EI", lambda = 0.05 }
threshold = { rule = "adaptive_threshold", on = "node.E", step = "0.02 mV", tau = "1 s" }
[record]
spikes = { of = ["E", "I", "P"] }
v = { of = "E", what = "V_m", ids = "0:5", every = "0.7 ms" }
rate = { of = ["E", "I"], what = "rate", bin = "3 ms" }
)";

app::Settings settings(const std::string& out, std::size_t threads) {
  app::Settings s;
  s.out = out;
  s.threads = threads;
  s.quiet = s.force = true;
  return s;
}

int run(const std::string& path, const app::Settings& s) {
  app::Terminal terminal(true);
  return app::run_experiment(path, s, terminal);
}

/// Runs in a process of its own, which is killed some time after it has made a checkpoint. Whether it was killed.
bool run_killed(const std::string& path, app::Settings s, unsigned after_microseconds) {
  s.checkpoint_every = "20 ms";
  const std::string checkpoint = s.out + "/net.checkpoint.h5";
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    run(path, s);
    _exit(0);
  }
  int status = 0;
  while (!std::filesystem::exists(checkpoint) && waitpid(child, &status, WNOHANG) == 0) usleep(200);
  usleep(after_microseconds);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return std::filesystem::exists(checkpoint);
}

}  // namespace

TEST_CASE("a run that is killed at any moment and resumed gives the same bits", "[checkpoint]") {
  const TemporaryDirectory directory;
  record::write_bytes(directory.file("net.toml"), network);
  const std::string path = directory.file("net.toml");
  REQUIRE(run(path, settings(directory.file("whole"), 1)) == 0);
  const ResultReader whole(directory.file("whole/net.h5"));
  CHECK(whole.describe("/spikes/E/timestamps").dims.at(0) > 1000);
  CHECK(whole.describe("/spikes/I/timestamps").dims.at(0) > 10);
  Draws draws(Stream(5, "kill"), 0);
  for (const std::size_t threads : {1, 2, 3}) {
    const std::string out = directory.file("killed" + std::to_string(threads));
    // One that was too slow to kill is no test; it does not happen twice.
    const bool killed = run_killed(path, settings(out, threads), static_cast<unsigned>(draws.below(20000))) ||
                        run_killed(path, settings(out, threads), 0);
    REQUIRE(killed);
    app::Settings resumed = settings(out, threads % 3 + 1);
    resumed.resume = true;
    REQUIRE(run(path, resumed) == 0);
    CHECK(ResultReader(out + "/net.h5").digest() == whole.digest());
    CHECK_FALSE(std::filesystem::exists(out + "/net.checkpoint.h5"));
  }
}

TEST_CASE("checkpoints do not change a result", "[checkpoint]") {
  const TemporaryDirectory directory;
  record::write_bytes(directory.file("net.toml"), network);
  const std::string path = directory.file("net.toml");
  app::Settings short_run = settings(directory.file("a"), 1);
  short_run.overrides = {"run.duration=\"70 ms\""};
  REQUIRE(run(path, short_run) == 0);
  app::Settings saved = short_run;
  saved.out = directory.file("b");
  saved.checkpoint_every = "3 ms";
  REQUIRE(run(path, saved) == 0);
  CHECK(ResultReader(directory.file("a/net.h5")).digest() == ResultReader(directory.file("b/net.h5")).digest());
}

TEST_CASE("a checkpoint that is not there, or of another config, is refused", "[checkpoint]") {
  const TemporaryDirectory directory;
  record::write_bytes(directory.file("net.toml"), network);
  const std::string path = directory.file("net.toml");
  const auto said = [&](const app::Settings& s) -> std::string {
    try {
      run(path, s);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  app::Settings s = settings(directory.file("a"), 1);
  s.resume = true;
  CHECK(said(s) == directory.file("a/net.checkpoint.h5") +
                       ": there is no checkpoint to resume from; run with --checkpoint-every to make some");
  s.resume = false;
  s.checkpoint_every = "20 mV";
  CHECK(said(s) == "--checkpoint-every: expected a time, like \"500 ms\", found \"20 mV\"");
  REQUIRE(run_killed(path, settings(directory.file("a"), 1), 0));
  s.checkpoint_every.clear();
  s.resume = true;
  s.overrides = {"run.seed=4"};
  CHECK(said(s) == directory.file("a/net.checkpoint.h5") +
                       ": is a checkpoint of another config, or of another build of the program");
}
