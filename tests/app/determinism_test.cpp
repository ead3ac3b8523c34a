// Whole runs, from a config file to a result: the same config and seed give the same result, whatever the threads.

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/experiment.hpp"
#include "sim/random.hpp"
#include "sim/record/npy.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using record::ResultReader;
using record::TemporaryDirectory;

namespace {

/// A folder with configs and their results.
class Bench {
 public:
  /// Runs a config and returns the path of its result.
  std::string run(const std::string& text, std::size_t threads, const std::string& out = "a",
                  std::vector<std::string> overrides = {}) {
    record::write_bytes(folder.file("config.toml"), text);
    app::Settings settings;
    settings.out = folder.file(out);
    settings.threads = threads;
    settings.quiet = settings.force = true;
    settings.overrides = std::move(overrides);
    app::Terminal terminal(true);
    REQUIRE(app::run_experiment(folder.file("config.toml"), settings, terminal) == 0);
    return settings.out + "/config.h5";
  }
  std::string digest(const std::string& text, std::size_t threads) { return ResultReader(run(text, threads)).digest(); }

  TemporaryDirectory folder;
};

/// The same digest from 1, 2, 3 and 4 threads, and once more; `path` is not constant and changes with the seed;
/// `active` has more than 50 rows: there are spikes.
void check_deterministic(const std::string& text, const std::string& path, const std::string& active = "") {
  Bench bench;
  const std::string first = bench.run(text, 1), digest = ResultReader(first).digest();
  const auto values = ResultReader(first).read<double>(path).values;
  REQUIRE(values.size() > 1);
  CHECK(*std::min_element(values.begin(), values.end()) < *std::max_element(values.begin(), values.end()));
  if (!active.empty()) CHECK(ResultReader(first).describe(active).dims.at(0) > 50);
  for (const std::size_t threads : {1, 2, 3, 4}) {
    INFO(threads << " threads");
    CHECK(bench.digest(text, threads) == digest);
  }
  const ResultReader other(bench.run(text, 2, "b", {"run.seed=77"}));
  CHECK(other.read<double>(path).values != values);
}

const std::string digits =
    "data = { source = \"digits\", samples = 150, split = { train = 0.6, validation = 0.2, test = 0.2 } }\n";

std::string backprop(int epochs, const std::string& more = "") {
  return fmt::format(
      "learn.bp = {{ rule = \"backprop\", loss = \"cross_entropy\", optimizer = {{ kind = \"adam\", rate = 2e-3 }}, "
      "batch = 16, epochs = {}{} }}\n",
      epochs, more);
}

const std::string mlp =
    "layers = [ { name = \"hid\", kind = \"dense\", units = 40, activation = \"relu\" }, { kind = \"dropout\", p = 0.2 "
    "}, "
    "{ name = \"out\", kind = \"dense\", units = 10 } ]\n";
const std::string snn =
    "layers = [ { name = \"hid\", kind = \"dense\", units = 40, activation = { kind = \"lif\", preset = \"snntorch\" } "
    "}, "
    "{ name = \"out\", kind = \"dense\", units = 10, activation = { kind = \"lif\", preset = \"snntorch\" } } ]\n";

/// Diehl & Cook's network, small. It goes on from sample to sample where `reset` is "none".
std::string diehl_cook(int excitatory, const std::string& reset = "state") {
  return fmt::format(
      "run = {{ seed = 1, dt = \"0.5 ms\" }}\n"
      "data = {{ source = \"digits\", samples = 16, split = {{ train = 0.5, validation = 0, test = 0.5 }} }}\n"
      "trial = {{ show = \"50 ms\", rest = \"10 ms\", reset = \"{1}\", retry = {{ fewer = 3, most = 2, spikes = \"E\", "
      "add = {{ \"node.X.gain\" = 1 }} }} }}\n"
      "predict = {{ of = \"E\", kind = \"assigned_rate\" }}\n"
      "[node]\n"
      "X = {{ kind = \"data\", encode = {{ kind = \"poisson\", max = \"31.875 Hz\" }}, gain = 4 }}\n"
      "E = {{ kind = \"lif\", preset = \"diehl_cook_e\", size = {0} }}\n"
      "I = {{ kind = \"lif\", preset = \"diehl_cook_i\", size = {0} }}\n"
      "[edge]\n"
      "XE = {{ from = \"X\", to = \"E.ex\", weight = {{ uniform = [\"0.003 nS\", \"0.303 nS\"] }}, delay = {{ uniform "
      "= [\"0 ms\", \"10 ms\"], min = \"0.5 ms\" }} }}\n"
      "EI = {{ from = \"E\", to = \"I.ex\", connect = \"one_to_one\", weight = \"10.4 nS\" }}\n"
      "IE = {{ from = \"I\", to = \"E.in\", connect = {{ rule = \"fixed_probability\", p = {2} }}, weight = \"1 nS\" "
      "}}\n"
      "[learn]\n"
      "stdp = {{ rule = \"diehl_cook\", on = \"edge.XE\" }}\n"
      "norm = {{ rule = \"normalise\", on = \"edge.XE\", sum = \"78 nS\", every = \"trial\" }}\n"
      "theta = {{ rule = \"adaptive_threshold\", on = \"node.E\", step = \"0.05 mV\", tau = \"1e7 ms\" }}\n",
      excitatory, reset, excitatory > 200 ? 0.01 : 0.9);
}

}  // namespace

TEST_CASE("a network in space does not depend on threads, and its result says where its units are", "[determinism]") {
  const std::string space = R"(run = { seed = 1, dt = "0.1 ms", duration = "100 ms" }
[node]
E = { kind = "lif", size = 2400, positions = { uniform = ["2 mm", "1 mm"], periodic = true } }
I = { kind = "lif", size = 600, positions = { grid = [30, 20], extent = ["2 mm", "1 mm"], periodic = true } }
drive = { kind = "poisson", rate = "15 kHz" }
[edge]
X = { from = "drive", to = ["E.input", "I.input"], connect = "private", weight = "0.1 mV" }
EE = { from = "E", to = ["E.input", "I.input"], weight = "0.1 mV", delay = "1.5 ms", connect = { rule = "distance_dependent", kernel = "gaussian", p_max = 0.5, sigma = "100 um" } }
IE = { from = "I", to = "E.input", weight = "-0.5 mV", delay = "1 ms", connect = { rule = "fixed_total_number", n = 40000 } }
)";
  check_deterministic(space, "/nodes/E/positions", "/spikes/E/timestamps");
  Bench bench;
  const ResultReader result(bench.run(space, 2));
  CHECK(result.describe("/nodes/E/positions").dims == std::vector<std::size_t>{2400, 2});
  CHECK(result.describe("/nodes/E/positions").units == "mm");
  CHECK(result.attribute<std::uint8_t>("/nodes/E/positions", "periodic") == 1);
  CHECK(result.read<double>("/nodes/I/positions").values[1] == Approx(0.025));
  CHECK(result.read<double>("/nodes/I/extent").values == std::vector<double>{2, 1});
}

TEST_CASE("a perceptron's result does not depend on threads", "[determinism]") {
  check_deterministic("run = { seed = 1 }\n" + digits + mlp + backprop(2), "/weights/hid/final/weight");
}

TEST_CASE("a spiking perceptron's result does not depend on threads", "[determinism]") {
  check_deterministic(
      "run = { seed = 1 }\n" + digits + "trial = { show = \"12 ms\" }\n" + snn + backprop(2, ", over_time = \"sum\""),
      "/weights/hid/final/weight");
  // Smooth spikes are numbers whose sums round: so do not the rates that are measured of them.
  const std::string lif = "preset = \"snntorch\"",
                    keys = ", surrogate = { kind = \"sigmoid\", slope = 5, smooth = true }";
  std::string smooth = snn;
  for (std::size_t at = 0; (at = smooth.find(lif, at)) != std::string::npos; at += lif.size())
    smooth.insert(at + lif.size(), keys);
  check_deterministic("run = { seed = 1 }\n" + digits +
                          "trial = { show = \"12 ms\" }\nmeasure = { rates = {}, accuracy = {}, sparsity = {} }\n" +
                          smooth + backprop(1),
                      "/weights/hid/final/weight");
}

TEST_CASE("the result of a hybrid of gradient and plasticity does not depend on threads", "[determinism]") {
  const std::string text =
      "run = { seed = 1, dt = \"1 ms\" }\n" + digits +
      "trial = { show = \"12 ms\" }\npredict = { of = \"out\" }\n"
      "[node]\nimage = { kind = \"data\" }\nfront = { kind = \"relu\", size = 32 }\n"
      "mid = { kind = \"lif\", size = 50, preset = \"snntorch\" }\nout = { kind = \"leaky_readout\", size = 10 }\n"
      "[edge]\ninto = { from = \"image\", to = \"front\", kind = \"dense\" }\n"
      "feed = { from = \"front\", to = \"mid\", kind = \"dense\" }\n"
      "rec = { from = \"mid\", to = \"mid\", connect = { rule = \"fixed_probability\", p = 0.2 }, "
      "weight = { normal = [0.2, 0.1] }, delay = { uniform = [\"1 ms\", \"8 ms\"] } }\n"
      "slow = { from = \"mid\", to = \"mid\", connect = { rule = \"fixed_probability\", p = 0.1 }, "
      "weight = { normal = [0, 0.1] }, delay = \"3 ms\" }\n"
      "read = { from = \"mid\", to = \"out\", kind = \"dense\" }\n"
      "[learn]\nhebb = { rule = \"stdp\", on = \"edge.rec\" }\n"
      "bp = { rule = \"backprop\", on = \"rest\", loss = \"cross_entropy\", batch = 16, epochs = 2, optimizer = { kind "
      "= \"adam\", rate = 2e-3 } }\n";
  check_deterministic(text, "/weights/rec/final/weight");
  // Both change their own edges.
  Bench bench;
  const ResultReader result(bench.run(text, 2));
  for (const std::string edge : {"rec", "slow", "feed"}) {
    INFO(edge);
    CHECK(result.read<double>("/weights/" + edge + "/final/weight").values !=
          result.read<double>("/weights/" + edge + "/initial/weight").values);
  }
}

TEST_CASE("the result of a network under plasticity alone does not depend on threads", "[determinism]") {
  check_deterministic(diehl_cook(20), "/weights/XE/final/weight", "/activity/E/spikes/step");
}

TEST_CASE("the result of a large plastic network that never rests does not depend on threads", "[determinism]") {
  // Its units are split over the threads, in its training and in its test.
  check_deterministic(diehl_cook(620, "none"), "/weights/XE/final/weight", "/activity/E/spikes/step");
}

TEST_CASE("short-term plasticity and stochastic release do not depend on threads", "[determinism]") {
  check_deterministic(R"(run = { seed = 1, dt = "0.1 ms", duration = "60 ms" }
[node]
E = { kind = "lif", size = 2400, receptors = { input = "delta" } }
drive = { kind = "poisson", rate = "15 kHz" }
[edge]
X = { from = "drive", to = "E", connect = "private", weight = "0.1 mV" }
D = { from = "E", to = "E", weight = "0.3 mV", delay = { uniform = ["1 ms", "3 ms"] }, connect = { rule = "fixed_in_degree", k = 40 }, short_term = { kind = "tsodyks_markram", U = 0.5, tau_rec = "100 ms", tau_fac = "20 ms", tau_psc = "3 ms" }, release = 0.6 }
R = { from = "E", to = "E", weight = "-0.2 mV", delay = "1.5 ms", connect = { rule = "fixed_in_degree", k = 20 }, release = 0.3 }
S = { from = "E", to = "E", weight = { uniform = ["0 mV", "0.1 mV"] }, delay = "1 ms", connect = { rule = "fixed_out_degree", k = 30 }, short_term = { kind = "tsodyks_markram", U = { uniform = [0.2, 0.7] } } }
[record]
spikes = { of = "E" }
x = { of = "D_release", what = "x", ids = "0:40", every = "5 ms" }
)",
                      "/traces/x/data", "/spikes/E/timestamps");
}

TEST_CASE("gap junctions do not depend on threads", "[determinism]") {
  check_deterministic(R"(run = { seed = 1, dt = "0.1 ms", duration = "30 ms" }
[node]
E = { kind = "adex", size = 2400, I_e = { uniform = ["500 pA", "900 pA"] }, receptors = { gap = "gap_junction" }, init = { V_m = { uniform = ["-75 mV", "-50 mV"] } } }
[edge]
G = { from = "E.V_m", to = "E.gap", weight = { uniform = ["0 nS", "1 nS"] }, delay = { uniform = ["0.1 ms", "2 ms"] }, connect = { rule = "fixed_in_degree", k = 6 } }
[record]
spikes = { of = "E" }
v = { of = "E", what = "V_m", ids = "0:40", every = "1 ms" }
)",
                      "/traces/v/data", "/spikes/E/timestamps");
}

TEST_CASE("the spikes of a large random network do not depend on threads", "[determinism]") {
  // Brunel's network at a fifth of its size, with stronger synapses: its units are split over the threads.
  check_deterministic(
      "run = { seed = 1, dt = \"0.1 ms\", duration = \"60 ms\" }\n"
      "[node]\n"
      "E = { kind = \"lif\", size = 2000, tau_m = \"20 ms\", t_ref = \"2 ms\", V_th = \"20 mV\", V_reset = \"10 mV\", "
      "E_L = \"0 mV\", "
      "receptors = { ex = \"delta\", in = \"delta\" }, init = { V_m = { uniform = [\"0 mV\", \"20 mV\"] } } }\n"
      "I = { like = \"E\", size = 500 }\n"
      "drive = { kind = \"poisson\", rate = \"20 kHz\" }\n"
      "[edge]\n"
      "EE = { from = \"E\", to = [\"E.ex\", \"I.ex\"], connect = { rule = \"fixed_in_degree\", k = 100 }, weight = { "
      "normal = [\"0.3 mV\", \"0.05 mV\"] }, delay = { uniform = [\"0.5 ms\", \"3 ms\"] } }\n"
      "II = { from = \"I\", to = [\"E.in\", \"I.in\"], connect = { rule = \"fixed_in_degree\", k = 25 }, weight = "
      "\"-1.5 mV\", delay = \"1.5 ms\" }\n"
      "X = { from = \"drive\", to = [\"E.ex\", \"I.ex\"], connect = \"private\", weight = \"0.1 mV\" }\n"
      "[record]\nspikes = { of = [\"E\", \"I\"] }\nv = { of = \"E\", what = \"V_m\", ids = \"0:50\", every = \"1 ms\" "
      "}\n",
      "/spikes/E/timestamps", "/spikes/I/timestamps");
}

TEST_CASE("the result of a comparison does not depend on threads", "[determinism]") {
  const std::string text = "run = { seed = 1 }\ncompare = { seeds = [5, 6] }\n" + digits + "[learner.mlp]\n" + mlp +
                           backprop(2) + "[learner.snn]\ntrial = { show = \"10 ms\" }\n" + snn +
                           backprop(1, ", over_time = \"sum\"");
  Bench bench;
  const std::string first = bench.run(text, 1), digest = ResultReader(first).digest();
  const ResultReader result(first);
  for (const std::string learner : {"mlp", "snn"})
    CHECK(result.read<double>("/runs/" + learner + "/5/weights/hid/final/weight").values !=
          result.read<double>("/runs/" + learner + "/6/weights/hid/final/weight").values);
  for (const std::size_t threads : {2, 3, 4, 5}) {
    INFO(threads << " threads");
    CHECK(bench.digest(text, threads) == digest);
  }
}

namespace {

std::string csv_of_classes(std::size_t samples) {
  std::string out = "a,b,c,d,class\n";
  const Stream stream(9, "tests.csv");
  for (std::size_t s = 0; s < samples; ++s) {
    for (std::size_t f = 0; f < 4; ++f) out += fmt::format("{:.4f},", stream.uniform(s, f) + (s % 3 == f ? 1 : 0));
    out += fmt::format("{}\n", s % 3);
  }
  return out;
}

/// Rows of `sample,predicted,score_0,...`.
std::map<std::uint32_t, std::vector<double>> read_predictions(const std::string& path) {
  std::istringstream lines(record::bytes_of(path));
  std::map<std::uint32_t, std::vector<double>> out;
  std::string line, cell;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    std::getline(cells, cell, ',');
    auto& row = out[static_cast<std::uint32_t>(std::stoul(cell))];
    while (std::getline(cells, cell, ',')) row.push_back(std::stod(cell));
  }
  return out;
}

}  // namespace

TEST_CASE("a learner read from a result predicts what it predicted in its test", "[determinism]") {
  const std::string source =
      "data = { source = { csv = \"d.csv\" }, split = { train = 0.6, validation = 0, test = 0.4 } }\n"
      "preprocess = [\"standardise\"]\n";
  const std::string recurrent =
      "trial = { show = \"15 ms\" }\n[node]\nimage = { kind = \"data\" }\nhid = { kind = \"lif\", size = 30, preset = "
      "\"snntorch\" }\n"
      "out = { kind = \"leaky_readout\", size = 3 }\n[edge]\nfeed = { from = \"image\", to = \"hid\", kind = \"dense\" "
      "}\n"
      "rec = { from = \"hid\", to = \"hid\", connect = { rule = \"fixed_probability\", p = 0.2 }, weight = { normal = "
      "[0, 0.3] }, delay = { uniform = [\"1 ms\", \"5 ms\"] } }\n"
      "read = { from = \"hid\", to = \"out\", kind = \"dense\" }\n[learn]\n"
      "bp = { rule = \"backprop\", loss = \"cross_entropy\", batch = 16, epochs = 2, optimizer = \"adam\" }\n";
  const std::string dense =
      "layers = [ { name = \"hid\", kind = \"dense\", units = 8, activation = \"tanh\" }, { name = \"out\", kind = "
      "\"dense\", units = 3 } ]\n" +
      backprop(3);
  for (const std::string& learner : {dense, recurrent}) {
    Bench bench;
    record::write_bytes(bench.folder.file("d.csv"), csv_of_classes(60));
    const std::string result = bench.run("run = { seed = 4, dt = \"1 ms\" }\n" + source + learner, 2);
    app::Terminal terminal(true);
    REQUIRE(app::predict(result, "", bench.folder.file("d.csv"), bench.folder.file("p.csv"), terminal) == 0);
    const auto predicted = read_predictions(bench.folder.file("p.csv"));
    CHECK(predicted.size() == 60);
    const ResultReader reader(result);
    const auto samples = reader.read<std::uint32_t>("/predictions/test/sample").values;
    const auto scores = reader.read<float>("/predictions/test/scores").values;
    const auto classes = reader.read<std::int32_t>("/predictions/test/predicted").values;
    REQUIRE(samples.size() == 24);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const auto& row = predicted.at(samples[i]);
      REQUIRE(row.size() == 4);
      CHECK(row[0] == classes[i]);
      for (std::size_t k = 0; k < 3; ++k) CHECK(static_cast<float>(row[1 + k]) == scores[3 * i + k]);
    }
  }
}

TEST_CASE("weights written as NPY and read as a start give the same answers", "[determinism]") {
  Bench bench;
  const std::string head = "run = { seed = 1 }\n" + digits;
  const ResultReader trained(bench.run(head + mlp + backprop(2), 2));
  std::string layers = "layers = [";
  for (const std::string layer : {"hid", "out"}) {
    for (const std::string parameter : {"weight", "bias"}) {
      const auto values = trained.read<float>("/weights/" + layer + "/final/" + parameter);
      record::write_npy(bench.folder.file(layer + "_" + parameter + ".npy"), values.dims, values.values);
    }
    layers += fmt::format(
        "{{ name = \"{0}\", kind = \"dense\", units = {1}, init = {{ npy = \"{0}_weight.npy\" }}, bias = {{ npy = "
        "\"{0}_bias.npy\" }}{2} }},",
        layer, layer == "hid" ? 40 : 10, layer == "hid" ? ", activation = \"relu\"" : "");
  }
  const std::string text = head + layers + "]\n" + backprop(2) + "[[phase]]\nname = \"test\"\nsplit = \"test\"\n";
  const ResultReader read(bench.run(text, 2, "b"));
  CHECK(read.read<float>("/weights/hid/initial/weight").values ==
        trained.read<float>("/weights/hid/final/weight").values);
  const auto scores = read.read<float>("/predictions/test/scores").values;
  CHECK(scores.size() == 300);
  CHECK(scores == trained.read<float>("/predictions/test/scores").values);
}

TEST_CASE("augmentation changes what is trained with, on any number of threads the same, and nothing else",
          "[determinism]") {
  const std::string changes = "augment = { rotate = 10, zoom = 0.1, flip = true, shift = 2, erase = 3, noise = 0.1 }\n";
  const std::string net = "run = { seed = 1 }\n" + digits + mlp;
  check_deterministic(changes + net + backprop(2), "/training/loss");
  Bench bench;
  const auto scores = [&](const std::string& text) {
    return ResultReader(bench.run(text, 1)).read<float>("/predictions/test/scores").values;
  };
  CHECK(scores(changes + net + backprop(1)) != scores(net + backprop(1)));
  CHECK(scores(changes + net + backprop(0)) == scores(net + backprop(0)));
}

TEST_CASE("a training part in balance is recorded as it was trained with", "[determinism]") {
  Bench bench;
  const std::string text =
      "run = { seed = 1 }\ndata = { source = { function = \"x < 0.2\", inputs = { x = [0, 1] }, samples = 100 }, "
      "balance = \"oversample\" }\nlayers = [ { name = \"out\", kind = \"dense\", units = 2 } ]\n" +
      backprop(1);
  const ResultReader result(bench.run(text, 1));
  const auto train = result.read<std::uint32_t>("/data/train").values;
  CHECK(std::set<std::uint32_t>(train.begin(), train.end()).size() == 80);
  CHECK(train.size() > 110);
  CHECK(result.attribute<std::string>("/data", "balance") == "oversample");
  CHECK(result.read<std::string>("/data/class_names").values == std::vector<std::string>{"0", "1"});
  CHECK(result.read<std::string>("/data/feature_names").values == std::vector<std::string>{"x"});
}

TEST_CASE("a learner refuses to predict where a feature means another name than in training", "[determinism]") {
  Bench bench;
  const auto write = [&](const std::string& name, const std::string& other) {
    std::string text = "kind,size,k\n";
    for (int i = 0; i < 30; ++i) text += fmt::format("{},{},{}\n", i % 2 ? "a" : other, i, i % 3);
    record::write_bytes(bench.folder.file(name), text);
  };
  write("d.csv", "b");
  write("e.csv", "c");
  const std::string result = bench.run(
      "run = { seed = 1 }\ndata = { source = { csv = \"d.csv\", one_hot = \"kind\" } }\nlayers = [ { name = "
      "\"out\", kind = \"dense\", units = 3 } ]\n" +
          backprop(1),
      1);
  app::Terminal terminal(true);
  const auto predict = [&](const std::string& data) {
    return app::predict(result, "", bench.folder.file(data), bench.folder.file("p.csv"), terminal);
  };
  CHECK(predict("d.csv") == 0);
  CHECK_THROWS_AS(predict("e.csv"), DataError);
}
