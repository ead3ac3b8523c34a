// Comparisons of learners from a config to a result.

#include "app/comparison.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/fit_measures.hpp"
#include "app/measures.hpp"
#include "tests/app/parts_trial.hpp"
#include "tests/app/run_of.hpp"
#include "tests/catch.hpp"

using namespace cajal;
using namespace cajal::app;
using namespace cajal::parts_trial;

namespace {

const std::string digits =
    R"(data = { source = "digits", samples = 200, split = { train = 0.6, validation = 0.2, test = 0.2 } }
)";
const std::string learners = R"([learner.mlp]
layers = [ { name = "hid", kind = "dense", units = 8, activation = "relu" }, { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-2 }, batch = 8, epochs = 2 }
[learner.line]
layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-2 }, batch = 8, epochs = 2 }
)";

std::string config_of(const std::string& compare, const std::string& measures = "", const std::string& more = "") {
  return "run = { name = \"s\", seed = 4 }\n" + digits + "compare = { " + compare + " }\n" + measures + learners + more;
}

std::vector<Measured> rows_of(const record::ResultReader& reader, const std::string& measure) {
  std::vector<Measured> rows = read_measured(reader);
  std::erase_if(rows, [&](const Measured& m) { return m.measure != measure; });
  return rows;
}

std::string refusal(const std::string& text) {
  const Bench bench(text);
  return message_of<ConfigError>([&] { bench.run(bench.into("out")); });
}

}  // namespace

TEST_CASE("a comparison is the same for all numbers of threads", "[comparison]") {
  check_same_for_all_threads(config_of("seeds = [1, 2]", "measure.sample_efficiency = { samples = [20, 120] }\n"));
}

TEST_CASE("a comparison that was killed goes on to the same result", "[comparison]") {
  check_killed_and_resumed(config_of("seeds = [1, 2, 3, 4]"), "runs");
}

TEST_CASE("learners of a seed share their data, and differences are taken seed by seed", "[comparison]") {
  const RunOf run("run = { name = \"run\", seed = 4 }\n" + digits + "compare = { seeds = [1, 2, 3] }\n" + learners);
  const auto result = run.result();
  const auto accuracies = rows_of(result, "test_accuracy");
  REQUIRE(accuracies.size() == 6);
  const auto difference = rows_of(result, "difference_test_accuracy");
  REQUIRE(difference.size() == 1);
  double mean = 0;
  for (const Measured& m : accuracies) mean += (m.learner == difference[0].learner ? m.value : -m.value) / 3;
  CHECK(difference[0].value == Approx(mean).margin(1e-12));
  CHECK(difference[0].n == 3);
  CHECK(difference[0].low <= difference[0].value);
  std::set<std::uint64_t> hashes;
  for (const char* place : {"/runs/mlp/1", "/runs/mlp/3", "/runs/line/2"})
    hashes.insert(result.attribute<std::uint64_t>(place, "split_hash"));
  CHECK(hashes.size() == 1);
  CHECK(result.attribute<std::uint64_t>("/runs/mlp/3", "seed_init") == 3);
  CHECK(result.attribute<std::uint64_t>("/runs/mlp/3", "seed_order") == 3);
  CHECK(result.attribute<std::uint64_t>("/runs/mlp/3", "labels_used") == 120);
  CHECK(result.attribute<std::string>("/", "selection") == "none");
}

TEST_CASE("what is tested on the samples that it learned from is flagged", "[comparison]") {
  const RunOf run(R"(run = { name = "run", seed = 4 }
data = { source = "digits", samples = 100, split = { test = "train" } }
)" + learners);
  const auto result = run.result();
  CHECK(result.attribute<std::string>("/", "selection") == "test");
  CHECK(result.attribute<std::string>("/", "selection_note") ==
        "mlp: its test samples are training samples; line: its test samples are training samples");
  CHECK(result.attribute<std::string>("/runs/mlp/4", "selection") == "test");
}

TEST_CASE("a learner that fails is told, and the others go on", "[comparison]") {
  const Bench bench(config_of("seeds = [1]", "", R"([learner.wild]
layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "mse", optimizer = { kind = "sgd", rate = 1e30 }, batch = 8, epochs = 9 }
)"));
  CHECK(contains(message_of<NumericalError>([&] { bench.run(bench.into("out")); }), "wild (seed 1): "));
  const ResultReader result(bench.directory.file("out/s.h5"));
  CHECK(result.attribute<std::string>("/", "status") == "complete");
  CHECK(contains(result.attribute<std::string>("/runs/wild/1", "failure"), "the loss is"));
  const auto accuracies = rows_of(result, "test_accuracy");
  CHECK(accuracies.size() == 2);
}

TEST_CASE("a budget ends a training where it is spent", "[comparison]") {
  const auto shown = [](const std::string& budget) {
    const RunOf run("run = { name = \"run\", seed = 4 }\n" + digits + "compare = { budget = { " + budget + " } }\n" +
                    learners);
    std::vector<double> out;
    for (const Measured& m : rows_of(run.result(), "presentations")) out.push_back(m.value);
    return out;
  };
  CHECK(shown("samples = 100") == std::vector<double>{100, 100});
  CHECK(shown("samples = 1000") == std::vector<double>{240, 240});
  // The first edge has at most 784 x 8 products a sample, and digits are mostly background.
  const auto operations = shown("operations = 50000");
  REQUIRE(operations.size() == 2);
  CHECK(operations[0] >= 8);
  CHECK(operations[0] <= 120);
  CHECK(operations[0] >= operations[1]);
}

TEST_CASE("learners that are said to match must", "[comparison]") {
  CHECK(
      contains(refusal(config_of("match = \"parameters\"")),
               "a.toml:3:13: error: compare.match: parameters are not matched within 10 %: 6370 (mlp) to 7850 (line); "
               "`within` says how close they must be"));
  const Bench bench(config_of("match = \"parameters\", within = 0.3"));
  REQUIRE(bench.run(bench.into("out")) == 0);
  const ResultReader result(bench.directory.file("out/s.h5"));
  CHECK(result.attribute<std::string>("/", "match") == "parameters are matched within 30 %: 6370 (mlp) to 7850 (line)");
}

TEST_CASE("samples are the first of an order in which classes are equally frequent", "[comparison]") {
  Data d;
  d.dataset.classes = 3;
  d.dataset.samples = 60;
  for (std::uint32_t i = 0; i < 60; ++i) {
    d.dataset.label.push_back(i < 40 ? 0 : i < 50 ? 1 : 2);
    d.split.train.push_back(i);
  }
  const auto few = first_balanced(d, 9, 1), more = first_balanced(d, 20, 1);
  std::vector<int> count(3, 0);
  for (const auto s : few) ++count[static_cast<std::size_t>(d.dataset.label[s])];
  CHECK(count == std::vector<int>{3, 3, 3});
  CHECK(std::equal(few.begin(), few.end(), more.begin()));
  CHECK(first_balanced(d, 9, 2) != few);
  CHECK(first_balanced(d, 9, 1) == few);
}

TEST_CASE("all samples give the accuracy of the run itself", "[comparison]") {
  const RunOf run("run = { name = \"run\", seed = 4 }\n" + digits +
                  "measure.accuracy = {}\nmeasure.sample_efficiency = { samples = [10, 120] }\n" + learners);
  const auto curve = rows_of(run.result(), "sample_efficiency"), accuracy = rows_of(run.result(), "test_accuracy");
  REQUIRE(curve.size() == 4);
  CHECK(curve[0].level == 10);
  CHECK(curve[1].level == 120);
  CHECK(curve[1].value == accuracy[0].value);
}

TEST_CASE("tasks learned one after the other: the last is known, and knowing the task helps", "[comparison]") {
  const RunOf run("run = { name = \"run\", seed = 4 }\n" + digits +
                      "measure.continual = { tasks = [[0, 1, 2], [3, 4, 5]] }\n" + learners,
                  1, {"learner.mlp.learn.bp.epochs=20"});
  const auto result = run.result();
  const auto matrix = result.read<double>("/runs/mlp/4/continual/accuracy"),
             known = result.read<double>("/runs/mlp/4/continual/accuracy_task_known");
  REQUIRE(matrix.dims == std::vector<std::size_t>{3, 2});
  CHECK(matrix.values[2] > 0.8);   // task 1 after it
  CHECK(matrix.values[3] == 0.0);  // task 2 before it
  CHECK(matrix.values[5] > 0.5);   // task 2 after it
  for (std::size_t i = 0; i < 6; ++i) CHECK(known.values[i] >= matrix.values[i]);
  const auto forgetting = rows_of(result, "continual_forgetting");
  CHECK(std::any_of(forgetting.begin(), forgetting.end(), [&](const Measured& m) {
    return m.learner == "mlp" && m.value == Approx(matrix.values[2] - matrix.values[4]);
  }));
}

TEST_CASE("a single training has nothing to go on with", "[comparison]") {
  const Bench bench("run = { name = \"s\" }\n" + digits + R"(layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = "adam", epochs = 1 }
)");
  Settings s = bench.into("out");
  s.resume = true;
  CHECK(contains(message_of<Error>([&] { bench.run(s); }), "--resume is for simulations, comparisons and sweeps"));
}

TEST_CASE("some of the learners are run", "[comparison]") {
  const Bench bench(config_of("learners = [\"line\"]"));
  REQUIRE(bench.run(bench.into("out")) == 0);
  CHECK(ResultReader(bench.directory.file("out/s.h5")).members("/runs") == std::vector<std::string>{"line"});
  CHECK(
      contains(refusal(config_of("learners = [\"lime\"]")),
               "a.toml:3:13: error: compare.learners: no learner \"lime\"; did you mean `line`? there are: mlp, line"));
}

TEST_CASE("a comparison that goes on does not run again what was finished", "[comparison]") {
  const Bench bench(config_of("seeds = [1, 2, 3, 4]"));
  // One that was too slow to kill is no test; it does not happen thrice.
  bool killed = false;
  for (int i = 0; i < 3 && !killed; ++i) {
    std::filesystem::remove_all(bench.directory.file("out"));
    killed = bench.run_killed(bench.into("out"), 3);
  }
  REQUIRE(killed);
  // Wall times are told apart by their last bits.
  const ResultReader part(bench.directory.file("out/s.parts/mlp.1.h5"));
  REQUIRE(part.attribute<std::string>("/", "status") == "complete");
  const auto before = part.read<double>("/timing/epoch_seconds").values;
  Settings s = bench.into("out");
  s.resume = true;
  REQUIRE(bench.run(s) == 0);
  const ResultReader whole(bench.directory.file("out/s.h5"));
  CHECK(whole.read<double>("/timing/runs/mlp/1/epoch_seconds").values == before);
}

TEST_CASE("after each task units are named by all classes so far", "[comparison]") {
  const RunOf run("run = { name = \"run\", seed = 4 }\n" + digits + R"(
measure.continual = { tasks = [[0, 1], [2, 3]] }
[learner.named]
predict = { of = "hid", kind = "assigned_rate" }
node = { image = { kind = "data" }, hid = { kind = "relu", size = 100 } }
edge.hid = { from = "image", to = "hid", kind = "dense", weight = { normal = [0, 0.05] } }
learn.hid = { rule = "oja", on = "edge.hid", rate = 1e-12 }
)");
  const auto matrix = run.values("/runs/named/4/continual/accuracy");
  REQUIRE(matrix.size() == 6);
  CHECK(matrix[2] > 0.6);   // the first task after it
  CHECK(matrix[3] == 0.0);  // the second one before it: no unit stands for its classes
  CHECK(matrix[4] > 0.2);   // the first one after both
}
