#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learning/data/preprocess.hpp"
#include "learning/data/source.hpp"
#include "sim/config/table.hpp"

namespace cajal::app {

/// What stands on the command line of `run`, `validate`, `predict`.
struct Settings {
  std::vector<std::string> overrides;
  std::string out = "results", data_folder;
  std::size_t threads = 0;  ///< 0: one for each processor that may be used
  bool quiet = false, quick = false, dry_run = false, force = false;
  std::string checkpoint_every;  ///< biological time between checkpoints, like `500 ms`; empty: none
  bool resume = false;

  std::size_t team() const;
};

/// The table `run` of a config.
struct Run {
  std::string name;
  std::uint64_t seed = 1;
  double dt = 0.1, duration = 0;  ///< ms
  bool double_precision = false;

  /// `name` and `dt` default by file name and by whether there are data.
  static Run read(const config::Table& root, const std::string& fallback_name);
};

/// A data set ready for learning.
struct Data {
  data::Dataset dataset;
  data::Split split;
  std::vector<data::FittedStep> preprocessing;
  data::Balance balance = data::Balance::none;  ///< what was done to the training part of the split
  data::AugmentOptions augment;

  /// Reads, splits, preprocesses and balances what `data`, `preprocess` and `augment` of the root say. Nothing, with an
  /// error where the file or the split was named, if that cannot be.
  static std::optional<Data> load(const config::Table& root, const Settings& settings, const std::string& config_path,
                                  std::uint64_t seed);
};

/// A short form of a config, to see that it works: few samples, one epoch, little time.
void shorten(config::Value& root);

}  // namespace cajal::app
