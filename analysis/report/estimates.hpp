#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/measured.hpp"

namespace cajal::analysis::report {

/// What the runs of a learner say of one measure.
struct Estimate {
  double value = 0;                 ///< mean over seeds
  std::optional<double> low, high;  ///< 95 % interval: of the mean over seeds, or of the one run
  double least = 0, most = 0;       ///< over seeds
  std::size_t seeds = 1;
  double n = 0;  ///< what the first row was taken from
};

/// `level` NaN: of rows without one. None where there is no finite value.
std::optional<Estimate> estimate(std::span<const Measured> rows, std::string_view learner, std::string_view measure,
                                 std::string_view part, double level = NAN);

/// A measure over its levels, in ascending order.
struct Course {
  std::vector<double> level;
  std::vector<Estimate> at;  ///< [level]
};
Course course(std::span<const Measured> rows, std::string_view learner, std::string_view measure,
              std::string_view part);

/// Parts of a measure as they first come. `curves`: of rows with a level alone, or of those without.
std::vector<std::string> parts_of(std::span<const Measured> rows, std::string_view measure, bool curves);
/// Rows of a measure, in their order.
std::vector<Measured> rows_of(std::span<const Measured> rows, std::string_view measure);

}  // namespace cajal::analysis::report
