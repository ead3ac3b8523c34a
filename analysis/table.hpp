#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cajal::analysis {

/// A number of a comparison, with what is known of its uncertainty.
struct Cell {
  double value = 0;
  std::optional<double> deviation;  ///< standard deviation over runs, printed as value ±deviation
  std::optional<double> low, high;  ///< confidence interval, printed below the value if both are there
};

/// One measure of all learners.
struct Row {
  enum class Format {
    percent,      ///< a share, printed times 100
    count,        ///< a whole number, digits in groups of three
    fixed,        ///< with `decimals`
    significant,  ///< four significant digits
  };
  enum class Better { higher, lower, none };

  std::string name;  ///< `test accuracy`
  std::string unit;  ///< `s`, `Hz`; printed behind the name; percent has `%` by itself
  Format format = Format::significant;
  Better better = Better::none;
  int decimals = 2;                             ///< of percent and fixed
  std::vector<std::optional<Cell>> values;      ///< [column], none where the measure does not apply
  std::string interval_name = "95 % interval";  ///< what `low` and `high` of the values are
  std::string measure = {}, part = {};          ///< of the rows of `/measures` that it is made of
};

/// Learners side by side: a row for each measure, a column for each learner.
struct Comparison {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

struct TableStyle {
  std::size_t width = 100;  ///< columns of the terminal; learners that do not fit follow in further blocks
  bool ascii = false;       ///< nothing beyond ASCII, for terminals and files that have no UTF-8
};

/// The comparison as lines of text. The best value of a row is marked by `*` (all that print alike; none if all are),
/// an absent value is a dash, names of measures are broken into lines, those of learners cut. A character counts as one
/// column wide. Control characters and bytes that are no UTF-8 print as `?`. Throws Error if a row has not as many
/// values as there are columns.
std::string table_text(const Comparison& comparison, const TableStyle& style = {});

}  // namespace cajal::analysis
