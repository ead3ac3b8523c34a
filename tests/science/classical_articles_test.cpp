// What the comments of configs/articles promise of classical learners.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "app/experiment.hpp"
#include "sim/record/reader.hpp"
#include "tests/catch.hpp"
#include "tests/learning/data/temporary_folder.hpp"

using namespace cajal;

namespace {

record::ResultReader result_of(const std::string& name, const tests::TemporaryFolder& folder,
                               const std::vector<std::string>& overrides, const std::string& data = "") {
  app::Settings settings;
  settings.out = folder.path();
  settings.data_folder = data;
  settings.overrides = overrides;
  settings.quiet = true;
  app::Terminal terminal(true);
  REQUIRE(app::run_experiment(fmt::format("{}/configs/articles/{}.toml", CAJAL_SOURCE_DIR, name), settings, terminal) ==
          0);
  return record::ResultReader(folder.path(name + ".h5"));
}

/// A measure of a learner, of a class where `part` names one.
double measured(const record::ResultReader& reader, const std::string& learner, const std::string& measure,
                const std::string& part = "") {
  const auto column = [&](const char* name) {
    return reader.read<std::string>(fmt::format("/measures/{}", name)).values;
  };
  const auto learners = column("learner"), measures = column("measure"), parts = column("part");
  for (std::size_t i = 0; i < learners.size(); ++i)
    if (learners[i] == learner && measures[i] == measure && parts[i] == part)
      return reader.read<double>("/measures/value").values[i];
  FAIL("no " << measure << " of " << learner);
  return 0;
}

}  // namespace

TEST_CASE("nearest neighbours beat lines between classes, lines beat independent pixels, all beat not to learn") {
  const tests::TemporaryFolder folder;
  const auto reader = result_of("classical", folder,
                                {"data.samples=1500", "learner.logistic.classical.tolerance=1e-3",
                                 "learner.mlp.learn.bp.epochs=2", "learner.ridge.classical.alpha=30"});
  const auto accuracy = [&](const char* learner) { return measured(reader, learner, "test_accuracy"); };
  CHECK(accuracy("majority") == Approx(0.1).margin(0.01));
  CHECK(accuracy("untrained") < 0.25);
  CHECK(accuracy("bayes") > 0.65);
  CHECK(accuracy("logistic") > accuracy("bayes"));
  CHECK(accuracy("logistic") > 0.8);
  CHECK(accuracy("ridge") > 0.65);
  CHECK(accuracy("knn") > 0.9);
  CHECK(accuracy("knn") > accuracy("logistic"));
}

TEST_CASE("classical learners reach on digits what their config says", "[.long]") {
  const tests::TemporaryFolder folder;
  const auto reader = result_of("classical", folder, {});
  const auto accuracy = [&](const char* learner) { return measured(reader, learner, "test_accuracy"); };
  CHECK(accuracy("untrained") == Approx(0.1).margin(0.06));
  CHECK(accuracy("bayes") == Approx(0.79).margin(0.02));
  CHECK(accuracy("ridge") == Approx(0.83).margin(0.02));
  CHECK(accuracy("logistic") == Approx(0.925).margin(0.015));
  CHECK(accuracy("knn") == Approx(0.973).margin(0.01));
  CHECK(accuracy("mlp") == Approx(0.962).margin(0.015));
}

TEST_CASE("on mammograms the accuracy hides what is not found", "[.long]") {
  const char* data = std::getenv("CAJAL_DATA");
  if (!data || !std::filesystem::exists(std::string(data) + "/mammography.csv")) {
    WARN("CAJAL_DATA names no folder with mammography.csv");
    return;
  }
  const tests::TemporaryFolder folder;
  const auto reader = result_of("imbalance", folder, {}, data);
  for (const char* learner : {"majority", "logistic", "mlp"})
    CHECK(measured(reader, learner, "test_accuracy") == Approx(0.982).margin(0.008));
  CHECK(measured(reader, "majority", "test_auc") == 0.5);
  CHECK(measured(reader, "majority", "test_balanced_accuracy") == 0.5);
  CHECK(measured(reader, "logistic", "test_auc") == Approx(0.91).margin(0.03));
  CHECK(measured(reader, "logistic", "test_balanced_accuracy") < 0.78);
  CHECK(measured(reader, "mlp", "test_auc") > 0.92);
  CHECK(measured(reader, "mlp", "test_f1") > measured(reader, "logistic", "test_f1"));
}
