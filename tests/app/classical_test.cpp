// Classical learners in whole runs: beside networks, saved, asked again, and refused where they do not fit.

#include <fmt/format.h>

#include <cmath>

#include "app/experiment.hpp"
#include "sim/record/reader.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

namespace cajal::app {

namespace {

using record::ResultReader;
using tests::TemporaryFolder;

std::string run(const TemporaryFolder& folder, const std::string& text, std::size_t threads = 1) {
  folder.write("c.toml", text);
  Settings settings;
  settings.out = folder.path("results");
  settings.threads = threads;
  settings.quiet = settings.force = true;
  Terminal terminal(true);
  REQUIRE(run_experiment(folder.path("c.toml"), settings, terminal) == 0);
  return folder.path("results/c.h5");
}

/// Three clouds of points, and a fourth column of numbers.
std::string points(int samples, bool classes) {
  std::string out = "a,b,c,y\n";
  for (int i = 0; i < samples; ++i) {
    const int k = i % 3;
    const double a = 3 * k + (i * 37 % 100) / 50.0, b = (k == 1 ? 4 : 0) + (i * 61 % 100) / 50.0,
                 c = i * 17 % 100 / 9.0;
    out += classes ? fmt::format("{},{},{},{}\n", a, b, c, std::string(1, static_cast<char>('p' + k)))
                   : fmt::format("{},{},{},{}\n", a, b, c, 2 * a - b + 0.25);
  }
  return out;
}

const std::string from_table = "data = { source = { csv = \"t.csv\" }, split = { test = 0.25, validation = 0.1 } }\n";

double accuracy(const ResultReader& reader, const std::string& learner) {
  return reader.attribute<double>(fmt::format("/runs/{}/1/predictions/test", learner), "accuracy");
}

const std::string learners = from_table + R"(preprocess = ["standardise"]
[learner.majority]
classical = "majority"
[learner.knn]
classical = { kind = "k_nearest_neighbours", k = 3 }
[learner.bayes]
classical = "naive_bayes"
[learner.ridge]
classical = { kind = "ridge", alpha = 0.1 }
[learner.logistic]
classical = "logistic_regression"
[learner.mlp]
layers = [ { name = "hid", kind = "dense", units = 8, activation = "relu" }, { name = "out", kind = "dense", units = 3 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-2 }, batch = 8, epochs = 15 }
# Why train? The same network, only tested.
[learner.untrained]
extends = "learner.mlp"
[[learner.untrained.phase]]
name = "test"
split = "test"
)";

}  // namespace

TEST_CASE("classical learners stand in a comparison beside networks, trained and untrained") {
  const TemporaryFolder folder;
  folder.write("t.csv", points(120, true));
  const ResultReader reader(run(folder, learners));
  CHECK(accuracy(reader, "majority") < 0.4);
  for (const char* name : {"knn", "bayes", "ridge", "logistic", "mlp"}) {
    INFO(name);
    CHECK(accuracy(reader, name) > 0.95);
  }
  CHECK(accuracy(reader, "untrained") < 0.9);
  CHECK(!reader.has("/runs/untrained/1/training"));
  CHECK(reader.read<double>("/runs/mlp/1/weights/hid/initial/weight").values ==
        reader.read<double>("/runs/untrained/1/weights/hid/final/weight").values);
  CHECK(reader.read<double>("/runs/ridge/1/weights/ridge/final/weight").dims == std::vector<std::size_t>{3, 3});
  CHECK(reader.has("/runs/knn/1/predictions/validate/confusion"));
}

TEST_CASE("a saved classical learner predicts what it predicted") {
  const TemporaryFolder folder;
  Terminal terminal(true);
  const std::string steps = GENERATE(Catch::Generators::as<std::string>(), R"(["scale"])",
                                     R"(["standardise", { select = 2, by = "f_test" }, { pca = 2 }])");
  for (const bool classes : {true, false}) {
    folder.write("t.csv", points(120, classes));
    for (const char* kind : {"ridge", "k_nearest_neighbours", "logistic_regression", "naive_bayes"}) {
      if (!classes && kind != std::string("ridge") && kind != std::string("k_nearest_neighbours")) continue;
      INFO(kind << (classes ? ", classes" : ", numbers"));
      const std::string result = run(folder, from_table + "preprocess = " + steps + "\nclassical = \"" + kind + "\"\n");
      const ResultReader reader(result);
      REQUIRE(predict(result, "", folder.path("t.csv"), folder.path("p.csv"), terminal) == 0);
      const auto sample = reader.read<std::uint32_t>("/predictions/test/sample").values;
      const auto stored = reader.read<float>("/predictions/test/scores");
      std::ifstream in(folder.path("p.csv"));
      std::vector<std::vector<float>> rows;
      std::string line, field;
      std::getline(in, line);
      while (std::getline(in, line)) {
        rows.emplace_back();
        std::istringstream fields(line);
        while (std::getline(fields, field, ',')) rows.back().push_back(std::stof(field));
      }
      REQUIRE(rows.size() == 120);
      for (std::size_t i = 0; i < sample.size(); ++i)
        for (std::size_t k = 0; k < stored.dims[1]; ++k)
          CHECK(rows[sample[i]][2 + k] == stored.values[i * stored.dims[1] + k]);
    }
  }
}

namespace {

double measured(const ResultReader& reader, const std::string& measure, const std::string& part = "") {
  const auto names = reader.read<std::string>("/measures/measure").values,
             parts = reader.read<std::string>("/measures/part").values;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == measure && parts[i] == part) return reader.read<double>("/measures/value").values[i];
  return -99;
}

/// Samples of class `a` nine times as many as of class `b`, which lies above 8.
std::string rare() {
  std::string out = "x,z,y\n";
  for (int i = 0; i < 200; ++i)
    out += fmt::format("{},{},{}\n", i % 10 == 0 ? 8 + i % 17 / 8.0 : i * 7 % 90 / 10.0, i * 13 % 7,
                       i % 10 == 0 ? 'b' : 'a');
  return out;
}

}  // namespace

TEST_CASE("two classes, numbers and equal classes are measured by what says something of them") {
  const TemporaryFolder folder;
  folder.write("t.csv", rare());
  {
    const ResultReader reader(run(folder, from_table + "classical = \"majority\"\n"));
    CHECK(measured(reader, "test_accuracy") == Approx(0.9));
    CHECK(measured(reader, "test_balanced_accuracy") == 0.5);
    CHECK(measured(reader, "test_f1", "b") == 0);
    CHECK(measured(reader, "test_auc") == 0.5);
    CHECK(measured(reader, "test_precision") == -99);
  }
  {
    const ResultReader reader(run(folder, from_table + "classical = \"ridge\"\n[measure]\nauc = {}\nprecision = "
                                                       "{}\nrecall = {}\nerror_per_class = {}\n"));
    CHECK(measured(reader, "test_auc") > 0.8);
    CHECK(measured(reader, "test_auc", "a") == measured(reader, "test_auc", "b"));
    CHECK(measured(reader, "test_error", "b") == Approx(1 - measured(reader, "test_recall", "b")));
    CHECK(measured(reader, "test_precision") > 0);
    CHECK(measured(reader, "test_f1") == -99);
    CHECK(measured(reader, "test_accuracy") == -99);
  }
  folder.write("t.csv", points(120, true));
  CHECK(measured(ResultReader(run(folder, from_table + "classical = \"ridge\"\n")), "test_f1") == -99);
  folder.write("t.csv", points(120, false));
  {
    const ResultReader reader(run(folder, from_table + "classical = { kind = \"ridge\", alpha = 1e-6 }\n"));
    CHECK(measured(reader, "test_r2") > 0.9999);
    CHECK(measured(reader, "test_rmse") == Approx(std::sqrt(measured(reader, "test_loss"))));
    CHECK(measured(reader, "test_mae") <= measured(reader, "test_rmse"));
  }
  CHECK(said_of(from_table + "classical = \"ridge\"\n[measure]\nf1 = {}\n", folder.path()) ==
        "a.toml:4:1: error: measure.f1: \"f1\" is measured of classes, but the data have numbers as targets");
}

TEST_CASE("a comparison of classical learners is the same for any number of threads") {
  const TemporaryFolder folder;
  folder.write("t.csv", points(90, true));
  const std::string digest = ResultReader(run(folder, learners, 1)).digest();
  for (const std::size_t threads : {2, 5}) CHECK(ResultReader(run(folder, learners, threads)).digest() == digest);
}

TEST_CASE("a classical learner that cannot be is refused with its place") {
  const std::string digits = "data = { source = \"digits\", samples = 60 }\n";
  for (const BadInput& input : std::vector<BadInput>{
           {"an unknown kind", digits + "classical = \"ridg\"\n",
            "a.toml:2:1: error: classical: unknown name \"ridg\"; did you mean `ridge`? allowed here: ridge, "
            "logistic_regression, k_nearest_neighbours, naive_bayes, bernoulli_naive_bayes, majority, mean"},
           {"a negative penalty", digits + "classical = { kind = \"ridge\", alpha = -1 }\n",
            "a.toml:2:31: error: classical.alpha: must be at least 0, found -1"},
           {"no neighbours", digits + "classical = { kind = \"k_nearest_neighbours\", k = 0 }\n",
            "a.toml:2:46: error: classical.k: expected a whole number between 1 and 1000000, found 0"},
           {"more neighbours than samples", digits + "classical = { kind = \"k_nearest_neighbours\", k = 100 }\n",
            "a.toml:2:1: error: classical: 100 neighbours, but there are 48 training samples"},
           {"a key of another kind", digits + "classical = { kind = \"naive_bayes\", k = 3 }\n",
            "a.toml:2:37: error: classical.k: unknown key `k`; allowed here: kind, var_smoothing"},
           {"numbers for classes", digits + "classical = \"mean\"\n",
            "a.toml:2:1: error: classical: \"mean\" predicts numbers, but the data have classes; allowed here: ridge, "
            "logistic_regression, k_nearest_neighbours, naive_bayes, bernoulli_naive_bayes, majority"},
           {"steps", digits + "run.dt = \"1 ms\"\nclassical = \"ridge\"\n",
            "a.toml:2:5: error: run.dt: a classical learner has no steps and computes in float64: take it away"},
           {"a second fit", digits + "classical = \"ridge\"\n[[phase]]\nname = \"a\"\n[[phase]]\nname = \"b\"\n",
            "a.toml:5:1: error: phase[1]: a classical learner is fitted once, in the first phase; write `learn = []`"},
       })
    check_refused(input);
  check_refused({"layers beside",
                 "classical = \"ridge\"\n" + changed(learning, {{learning.substr(learning.find("[learn]")), ""}}),
                 "a.toml:3:1: error: edge: a learner with `classical` has no network: take one of the two away, or "
                 "make two learners\n"
                 "a.toml:3:1: error: node: a learner with `classical` has no network: take one of the two away, or "
                 "make two learners"});
}

}  // namespace cajal::app
