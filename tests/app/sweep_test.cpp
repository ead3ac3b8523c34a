// Sweeps from a config to a result.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include "app/experiment.hpp"
#include "app/sweep_choice.hpp"
#include "sim/error.hpp"
#include "sim/record/reader.hpp"
#include "tests/app/parts_trial.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;
using namespace cajal::parts_trial;

namespace {

const std::string learner = R"(run = { name = "s", seed = 4 }
data = { source = "digits", samples = 160, split = { train = 0.5, validation = 0.25, test = 0.25 } }
layers = [ { name = "hid", kind = "dense", units = 8, activation = "relu" }, { name = "out", kind = "dense", units = 10 } ]
[learn]
bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-2 }, batch = 8, epochs = 2 }
)";

const std::string learner_sweep = learner + R"([sweep]
"learn.bp.optimizer" = [ { kind = "adam", rate = 0.01 }, { kind = "sgd", rate = 0.3 } ]
"learn.bp.batch" = [8, 32]
)";

const std::string network_sweep = R"(run = { name = "s", seed = 4, dt = "0.1 ms", duration = "60 ms" }
let = { g = 5.0 }
[node]
E = { kind = "lif", size = 200, preset = "nest" }
drive = { kind = "poisson", rate = "6 kHz" }
[edge]
EE = { from = "E", to = "E.ex", connect = { rule = "fixed_in_degree", k = 20 }, weight = "= g * 1 pA", delay = "1.5 ms" }
X = { from = "drive", to = "E.ex", connect = "private", weight = "60 pA" }
[sweep]
"let.g" = [1.0, 5.0, "= 3 * 3"]
"node.drive.rate" = ["6 kHz", "8000 Hz"]
)";

}  // namespace

TEST_CASE("a sweep of a learner is the same for all numbers of threads", "[sweep]") {
  check_same_for_all_threads(learner_sweep);
}

TEST_CASE("a sweep of a simulation is the same for all numbers of threads", "[sweep]") {
  check_same_for_all_threads(network_sweep);
}

TEST_CASE("a sweep of a learner that is killed and resumed gives the same bits", "[sweep]") {
  check_killed_and_resumed(learner_sweep, "points");
}

TEST_CASE("a sweep of a simulation that is killed and resumed gives the same bits", "[sweep]") {
  check_killed_and_resumed(network_sweep, "points");
}

TEST_CASE("a point holds what the same run alone gives", "[sweep]") {
  const Bench bench(learner_sweep), alone(learner);
  REQUIRE(bench.run(bench.into("a", 2)) == 0);
  app::Settings s = alone.into("a");
  s.overrides = {"learn.bp.optimizer={ kind = \"sgd\", rate = 0.3 }", "learn.bp.batch=32"};
  REQUIRE(alone.run(s) == 0);
  const ResultReader sweep(bench.directory.file("a/s.h5")), single(alone.directory.file("a/s.h5"));
  CHECK(sweep.attribute<std::string>("/runs/3", "config") == single.attribute<std::string>("/", "config"));
  std::size_t compared = 0;
  for (const std::string& path : single.datasets()) {
    if (path.starts_with("/timing/")) {
      CHECK(sweep.has("/timing/runs/3" + path.substr(7)));
      continue;
    }
    const auto info = single.describe(path);
    REQUIRE(sweep.describe("/runs/3" + path).dims == info.dims);
    if (info.element == hdf5::Element::text) {
      CHECK(sweep.read<std::string>("/runs/3" + path).values == single.read<std::string>(path).values);
      continue;
    }
    const auto a = sweep.read<double>("/runs/3" + path).values, b = single.read<double>(path).values;
    CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end(),
                     [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }));
    ++compared;
  }
  CHECK(compared > 20);
  // Nothing else of a point is left out or put in.
  CHECK(sweep.datasets("/runs/3").size() + sweep.datasets("/timing/runs/3").size() == single.datasets().size());
}

TEST_CASE("columns of a sweep say what each point was", "[sweep]") {
  const Bench bench(network_sweep);
  REQUIRE(bench.run(bench.into("a", 2)) == 0);
  const ResultReader r(bench.directory.file("a/s.h5"));
  CHECK(r.read<std::string>("/sweep/address").values == std::vector<std::string>{"let.g", "node.drive.rate"});
  CHECK(r.read<std::string>("/sweep/values/let.g/text").values ==
        std::vector<std::string>{"1.0", "1.0", "5.0", "5.0", "\"= 3 * 3\"", "\"= 3 * 3\""});
  CHECK_FALSE(r.has("/sweep/values/let.g/number"));
  CHECK(r.read<double>("/sweep/values/node.drive.rate/number").values == std::vector<double>{6, 8, 6, 8, 6, 8});
  CHECK(r.describe("/sweep/values/node.drive.rate/number").units == "kHz");
  CHECK(r.attribute<std::int64_t>("/sweep", "chosen") == -1);
  // More input, more spikes; of each point there is a rate.
  const auto measure = r.read<std::string>("/measures/measure").values;
  const auto value = r.read<double>("/measures/value").values;
  const auto point = r.read<std::int64_t>("/measures/point").values;
  std::vector<double> rate(6, -1);
  for (std::size_t i = 0; i < value.size(); ++i)
    if (measure[i] == "rate") rate.at(static_cast<std::size_t>(point[i])) = value[i];
  for (std::size_t p = 0; p < 6; p += 2) {
    CHECK(rate[p] > 0);
    CHECK(rate[p + 1] > rate[p]);
  }
}

TEST_CASE("what is best on validation data is chosen, whatever the test data say", "[sweep]") {
  const Bench bench(learner_sweep);
  REQUIRE(bench.run(bench.into("a", 2)) == 0);
  const ResultReader r(bench.directory.file("a/s.h5"));
  std::vector<double> right(4);
  for (std::size_t p = 0; p < 4; ++p) {
    const std::string phase = "/runs/" + std::to_string(p) + "/predictions/validate/";
    const auto label = r.read<std::int32_t>(phase + "label").values;
    const auto predicted = r.read<std::int32_t>(phase + "predicted").values;
    for (std::size_t i = 0; i < label.size(); ++i) right[p] += label[i] == predicted[i];
  }
  const auto best = std::max_element(right.begin(), right.end());
  CHECK(*best > *std::min_element(right.begin(), right.end()));
  CHECK(r.attribute<std::int64_t>("/sweep", "chosen") == best - right.begin());
}

TEST_CASE("a setting is judged by the mean over its folds, and not at all if one is missing", "[sweep]") {
  using app::Measured;
  const auto row = [](const std::string& measure, double value) {
    return Measured{"m", measure, "", 1, value, 0, 0, 1};
  };
  // Settings 0 and 1 in turn: 0 has the best single point, 1 the best mean; test data speak for 2, which failed once.
  const std::vector<std::size_t> setting{0, 1, 2, 0, 1, 2};
  const std::vector<std::vector<Measured>> rows{{row("v", 0.99), row("t", 0.1)}, {row("v", 0.8), row("t", 0.1)},
                                                {row("v", 0.98), row("t", 1.0)}, {row("v", 0.2), row("t", 0.1)},
                                                {row("v", 0.9), row("t", 0.1)},  {}};
  std::vector<double> deviation;
  const auto values = app::setting_values(setting, 3, rows, "m", "v", &deviation);
  CHECK(values[0] == Approx(0.595));
  CHECK(values[1] == Approx(0.85));
  CHECK(std::isnan(values[2]));
  CHECK(deviation[1] == Approx(std::sqrt(0.005)));
  CHECK(app::best_of(values, true) == 1);
  CHECK(app::best_of(values, false) == 0);
  CHECK(app::best_of(std::vector<double>{std::nan("")}, true) == 1);
  CHECK(app::best_of(std::vector<double>{1, 2, 2}, true) == 1);
}

TEST_CASE("the best config runs to what its point held", "[sweep]") {
  const Bench bench(learner_sweep);
  REQUIRE(bench.run(bench.into("a", 2)) == 0);
  const ResultReader r(bench.directory.file("a/s.h5"));
  app::Terminal terminal(true);
  REQUIRE(app::run_experiment(bench.directory.file("a/s.best.toml"), bench.into("b"), terminal) == 0);
  const ResultReader best(bench.directory.file("b/s.best.h5"));
  const std::string place = fmt::format("/runs/{}", r.attribute<std::int64_t>("/sweep", "chosen"));
  for (const char* weight : {"/weights/hid/final/weight", "/weights/out/final/weight"})
    CHECK(best.read<float>(weight).values == r.read<float>(place + weight).values);
  // To predict, a sweep is its chosen point.
  std::string table, rows;
  for (int x = 0; x < 784; ++x) {
    table += fmt::format("x{},", x);
    rows += fmt::format("{:.2f},", x % 29 / 29.0);
  }
  record::write_bytes(bench.directory.file("d.csv"), table + "y\n" + rows + "a\n" + rows + "b\n");
  const auto predicted = [&](const std::string& result) {
    const std::string out = bench.directory.file("p.csv");
    REQUIRE(app::predict(bench.directory.file(result), "", bench.directory.file("d.csv"), out, terminal) == 0);
    return record::bytes_of(out);
  };
  CHECK(predicted("a/s.h5") == predicted("b/s.best.h5"));
  CHECK(predicted("a/s.h5").starts_with("sample,predicted,score_0"));
}

TEST_CASE("a point that fails does not end a sweep, and is not chosen", "[sweep]") {
  const std::string text = learner + "[sweep]\n\"learn.bp.optimizer\" = [{ kind = \"sgd\", rate = 1e30 }, \"adam\"]\n";
  const Bench bench(text);
  REQUIRE(bench.run(bench.into("a", 2)) == 0);
  const ResultReader r(bench.directory.file("a/s.h5"));
  CHECK(r.read<std::string>("/sweep/state").values == std::vector<std::string>{"failed", "complete"});
  CHECK(contains(r.attribute<std::string>("/runs/0", "failure"), "the loss is"));
  CHECK(r.attribute<std::int64_t>("/sweep", "chosen") == 1);
  const Bench none(learner + "[sweep]\n\"learn.bp.optimizer\" = [{ kind = \"sgd\", rate = 1e30 }]\n");
  CHECK(contains(message_of<NumericalError>([&] { none.run(none.into("a")); }), "every point failed; the first: "));
  CHECK(ResultReader(none.directory.file("a/s.h5")).attribute<std::string>("/", "status") == "failed");
}

TEST_CASE("a sweep that is interrupted keeps what is finished, and goes on to the same bits", "[sweep]") {
  const Bench bench(learner_sweep);
  REQUIRE(bench.run(bench.into("whole")) == 0);
  app::stop_requested() = true;
  const int code = bench.run(bench.into("a"));
  app::stop_requested() = false;
  CHECK(code == 130);
  CHECK(ResultReader(bench.directory.file("a/s.h5")).attribute<std::string>("/", "status") == "interrupted");
  CHECK(bench.has("a/s.parts/run.toml"));
  app::Settings s = bench.into("a");
  s.resume = true;
  SECTION("the same config") {
    REQUIRE(bench.run(s) == 0);
    CHECK(bench.digest("a") == bench.digest("whole"));
  }
  SECTION("another config") {
    s.overrides = {"run.seed=5"};
    s.force = true;
    CHECK(contains(message_of<DataError>([&] { bench.run(s); }),
                   "s.parts: holds points of another config, or of another build of the program"));
  }
  SECTION("nothing to resume") {
    s.out = bench.directory.file("b");
    CHECK(contains(message_of<DataError>([&] { bench.run(s); }),
                   "s.parts: there is nothing to resume: no points of an earlier run"));
  }
}

TEST_CASE("the short form of a sweep has four points at most", "[sweep]") {
  const Bench bench(network_sweep);
  app::Settings s = bench.into("a", 2);
  s.quick = true;
  REQUIRE(bench.run(s) == 0);
  CHECK(ResultReader(bench.directory.file("a/s.h5")).members("/runs") == std::vector<std::string>{"0", "1", "2", "3"});
}
