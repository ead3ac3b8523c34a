#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cajal::analysis {

/// What a sweep tried and what came of it. A setting is a combination of values; runs that repeat it (folds, seeds) are
/// one row.
struct SweepTable {
  struct Axis {
    std::string address;
    std::vector<std::string> texts;  ///< [setting], as TOML
    std::vector<double> numbers;     ///< [setting]; empty: the values are no numbers
    std::string unit;
  };
  struct Column {
    std::string of, measure;                ///< of: learner or population
    std::vector<double> values, deviation;  ///< [setting]; NaN: there is none
  };

  std::vector<Axis> axes;
  std::vector<Column> columns;
  std::vector<std::string> points;               ///< [setting], names of its runs: `3`, `3-7`
  std::vector<std::string> states;               ///< [setting], empty where all is well: `failed`, `not run`
  bool grid = true;                              ///< all combinations were tried
  std::optional<std::size_t> chosen, chosen_by;  ///< setting, column
  std::string choice;  ///< by what it was chosen and what the test data say of it, or why nothing was

  std::size_t settings() const { return points.size(); }
  /// Whose the column is, where there are several, and what: `rate of E`, with its unit.
  std::string heading(const Column& column) const;
};

/// A value of a column as it prints; shares as percentages, with `%` where `unit` says so.
std::string printed(const SweepTable::Column& column, double value, bool unit = false);

/// The table as lines of text, the chosen setting marked by `*`. Of more than `most` settings those that do best are
/// shown, or the first where nothing was chosen.
std::string sweep_text(const SweepTable& table, std::size_t most = 40);

/// The settings in the order of their rank by the column that chose, those without a value last; as they are, where
/// nothing was chosen.
std::vector<std::size_t> ranked(const SweepTable& table);

}  // namespace cajal::analysis
