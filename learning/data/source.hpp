#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "learning/data/augment.hpp"
#include "learning/data/balance.hpp"
#include "learning/data/dataset.hpp"
#include "learning/data/split.hpp"
#include "sim/config/table.hpp"

namespace cajal::data {

/// What a source is given when its data are made or read.
struct Loading {
  std::uint64_t seed = 0;                                ///< for data that are drawn
  std::function<std::string(const std::string&)> found;  ///< where a file or folder of this name is; throws DataError
};

/// Where a dataset comes from, as `data.source` says it.
struct Source {
  std::string kind;  ///< its word in the catalogue
  std::function<Dataset(const Loading&)> load;
};

/// A kind of source: one file in sources/ and one word in its catalogue.
struct SourceKind {
  /// What its word names: nothing (the word itself is the source), values, or what is on the disk.
  enum class Names { nothing, values, file, folder, file_or_folder };

  std::string_view name;
  std::string_view meaning;
  std::string_view snippet;  ///< of a config
  Names names = Names::values;
  /// Reads its keys, of `data` if the word names nothing, else of `data.source`; adds what is wrong to the diagnostics.
  std::function<Dataset(const Loading&)> (*read)(const config::Table& table) = nullptr;
};

/// All kinds of sources, as `cajal describe` lists them.
const std::vector<SourceKind>& datasets();

/// Reads `source` of the table `data`, and what belongs to it. What is wrong is added to the table's diagnostics.
Source source(const config::Table& data);

/// Other data, at `path`, for a learner that was trained with `data`: read as that says where it names a file or folder
/// and `path` is one too; else a folder is images in the MNIST layout, a file a table. `data` may be null.
Source source_at(const std::string& path, const config::Value* data, std::vector<Diagnostic>& diagnostics);

/// Makes or reads the dataset. A relative path is looked for in `data_folder`, then beside `config_file`, then as it
/// is. `seed` is for generated data. Throws DataError.
Dataset load(const Source& source, const std::string& data_folder, const std::string& config_file, std::uint64_t seed);

/// Both at once; throws ConfigError with all diagnostics so far if `source` adds one.
Dataset load(const config::Table& data, const std::string& data_folder, const std::string& config_file,
             std::uint64_t seed);

/// Reads `split` and `limit` of the table `data`: `split = { test = "given", validation = 0.1 }`,
/// `split = { train = 0.8, validation = 0.1, test = 0.1, stratified = true }`, `split = { folds = 5, fold = 0 }`,
/// `split = { test = "train" }`, `limit = { train = 1000, test = 500 }`.
SplitOptions split_options(const config::Table& data);

/// Reads `balance` of the table `data`.
Balance balance_option(const config::Table& data);

/// Reads the table `augment` of a config's root.
AugmentOptions augmentation(const config::Table& root);

}  // namespace cajal::data
