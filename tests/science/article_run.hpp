#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "app/experiment.hpp"
#include "app/measures.hpp"
#include "sim/record/reader.hpp"
#include "tests/learning/data/temporary_folder.hpp"
#include "tests/catch.hpp"

namespace cajal::science {

/// The folder of data sets, or nothing.
inline std::string data_folder() {
  const char* named = std::getenv("CAJAL_DATA");
  const auto folder =
      named ? std::filesystem::path(named) : std::filesystem::path(CAJAL_SOURCE_DIR) / "../shared/data";
  return std::filesystem::is_directory(folder) ? folder.string() : "";
}

/// Whether a data set is there; says so where it is not.
inline bool has_data(const std::string& path) {
  const std::string folder = data_folder();
  if (!folder.empty() && std::filesystem::exists(std::filesystem::path(folder) / path)) return true;
  WARN("skipped: there is no " << path << " in the data folder; CAJAL_DATA names it");
  return false;
}

/// A config of configs/articles, run as it is, and what its result says.
class ArticleRun {
 public:
  explicit ArticleRun(const std::string& name, const std::vector<std::string>& overrides = {}) {
    app::Settings settings;
    settings.out = folder_.path();
    settings.quiet = true;
    settings.overrides = overrides;
    settings.data_folder = data_folder();
    app::Terminal terminal(true);
    const std::string path = fmt::format("{}/configs/articles/{}.toml", CAJAL_SOURCE_DIR, name);
    REQUIRE(app::run_experiment(path, settings, terminal) == 0);
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      if (entry.path().extension() == ".h5") file_ = entry.path().string();
    measured_ = app::read_measured(reader());
  }

  record::ResultReader reader() const { return record::ResultReader(file_); }
  /// A measure of a learner, or of the only one.
  double value(const std::string& measure, const std::string& learner = "", const std::string& part = "") const {
    for (const app::Measured& m : measured_)
      if (m.measure == measure && m.part == part && (learner.empty() || m.learner == learner)) return m.value;
    FAIL("no " << measure << " of " << learner);
    return 0;
  }
  double accuracy(const std::string& learner = "") const { return value("test_accuracy", learner); }
  double loss(const std::string& learner = "") const { return value("test_loss", learner); }
  /// A dataset of a learner's run.
  std::vector<double> read(const std::string& learner, const std::string& path) const {
    const std::string base = learner.empty() ? "/" : fmt::format("/runs/{}/1/", learner);
    return reader().read<double>(base + path).values;
  }
  std::vector<double> weights(const std::string& learner, const std::string& edge, const std::string& name) const {
    return read(learner, fmt::format("weights/{}/final/{}", edge, name));
  }

 private:
  tests::TemporaryFolder folder_;
  std::string file_;
  std::vector<app::Measured> measured_;
};

}  // namespace cajal::science
