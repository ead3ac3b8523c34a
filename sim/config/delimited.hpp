#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cajal::config {

/// The numbers of a text file, row-major.
struct Delimited {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;
  std::vector<std::string> row_names, column_names;  ///< empty if there are none
};

/// Reads rows of numbers with the same separator between them: a comma, else a semicolon, else a tab, else spaces,
/// whichever the first row has. Empty lines and what follows a `#` at the start of a line are left out. The first row
/// names the columns if no cell after its first is a number; the first column names the rows if none of its cells below
/// is one. Names may stand in double quotes. Throws DataError with `path`, line and column: a ragged row, what is no
/// finite number, more than the memory holds.
Delimited read_delimited(std::string_view text, const std::string& path);

}  // namespace cajal::config
