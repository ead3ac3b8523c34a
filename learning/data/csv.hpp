#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// A column by its name in the header or by its place, from 0; -1 is the last.
using CsvColumn = std::variant<std::int64_t, std::string>;

struct CsvOptions {
  enum class Missing { refuse, mean };
  /// `automatic`: regression if all targets are numbers and some are not whole, else classification.
  enum class Task { automatic, classification, regression };

  bool header = true;
  CsvColumn target = std::int64_t{-1};
  std::vector<CsvColumn> ignore;  ///< columns that are neither features nor target
  /// Columns of names: each becomes as many features as it has distinct names, sorted, `sex=male` and `sex=female`, of
  /// which the one of the sample is 1 and the others are 0.
  std::vector<CsvColumn> one_hot;
  Task task = Task::automatic;
  Missing missing = Missing::refuse;
  std::optional<char> delimiter;  ///< `,`, `;`, tab or a blank; found from the first line if not given
};

/// Reads a table of samples, plain or gzip: a line each, numbers as features and one target. Lines that are empty or
/// begin with `#` are skipped. A field is missing if it is empty, `?`, `NA` or `nan`; with `Missing::mean` such fields
/// are marked in `Dataset::missing` and filled by the preprocessing, a one-hot column with the share of each of its
/// names. Classes are sorted: by value if all are numbers, else by name. Throws DataError with file:line:column.
Dataset read_csv(const std::string& path, const CsvOptions& options = {});

/// The same from text; `name` stands in messages.
Dataset parse_csv(const std::string& text, const std::string& name, const CsvOptions& options = {});

}  // namespace cajal::data
