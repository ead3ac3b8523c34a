#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "learning/data/csv.hpp"
#include "learning/data/dataset.hpp"
#include "learning/data/digits.hpp"
#include "learning/data/split.hpp"
#include "sim/config/table.hpp"

namespace cajal::data {

/// Where a dataset comes from, as `data.source` says it.
struct Source {
  enum class Kind { digits, idx_folder, idx_pair, csv };

  Kind kind = Kind::digits;
  std::string path;             ///< idx_folder: the folder; idx_pair: the images; csv: the file
  std::string labels;           ///< idx_pair
  std::size_t samples = 10000;  ///< digits
  DigitsOptions digits;
  CsvOptions csv;
};

/// Reads `source` of the table `data`, and what belongs to it: `samples`, `noise`, `distortion` for the digits.
/// What is wrong is added to the table's diagnostics.
Source source(const config::Table& data);

/// Makes or reads the dataset. A relative path is looked for in `data_folder`, then beside `config_file`, then as it
/// is. `seed` is for generated data. Throws DataError.
Dataset load(const Source& source, const std::string& data_folder, const std::string& config_file, std::uint64_t seed);

/// Both at once; throws ConfigError with all diagnostics so far if `source` adds one.
Dataset load(const config::Table& data, const std::string& data_folder, const std::string& config_file,
             std::uint64_t seed);

/// Reads `split` and `limit` of the table `data`: `split = { test = "given", validation = 0.1 }`,
/// `split = { train = 0.8, validation = 0.1, test = 0.1, stratified = true }`, `limit = { train = 1000, test = 500 }`.
SplitOptions split_options(const config::Table& data);

/// A kind of source, as `cajal describe` lists it.
struct DatasetEntry {
  std::string_view name;
  std::string_view meaning;
  std::string_view snippet;  ///< of a config
};

std::vector<DatasetEntry> datasets();

}  // namespace cajal::data
