#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/measure.hpp"
#include "sim/config/table.hpp"

namespace cajal::config {

/// The numbers of an entry of `[table]`.
struct Matrix {
  std::string name;
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;  ///< row-major; of a connectivity matrix the rows are the targets
  int exponent = 0;            ///< the values are in 10^exponent base units
  Dimension dimension{};
  std::vector<std::string> row_names, column_names;  ///< empty, or one for each
  double least = 0, largest = 0;                     ///< of the values, in base units

  Measure measure(std::size_t row, std::size_t column) const {
    return {values[row * columns + column], exponent, dimension};
  }
};

/// Reads an entry of `[table]`: the numbers of a file (text, NPY or HDF5, also within a ZIP archive) or `values`.
/// `folder` is that of the config. Nothing, with errors, if it cannot be read.
std::optional<Matrix> read_matrix(const Table& entry, const std::string& name, const std::string& folder);

/// The table that the text at `key` names, marked as used; nothing, with an error, if `root` has none of that name.
/// `root` is a config or a learner; the root of a learner's config is tried by the caller.
std::shared_ptr<const Matrix> named_matrix(const Table& root, const Table& at, std::string_view key);

}  // namespace cajal::config
