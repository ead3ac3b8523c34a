#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "analysis/recorded.hpp"

namespace cajal::analysis {

/// The key `start` (ms, 0): what comes earlier does not count. An error where the run is over by then.
double read_start(const config::Table& table, const RecordedOutline& outline);

/// A key that is a width of bins (ms), of which at least two must be in what is measured from `start` on.
double read_bin(const config::Table& table, const RecordedOutline& outline, std::string_view key, double fallback,
                double start);

/// Calls `take` for each recorded population, with the time from `start` to the end of the run; not at all where an
/// interrupted run has ended before.
void each_population(const Recorded& recorded, double start,
                     const std::function<void(const RecordedPopulation&, const Window&)>& take);

/// A row of a population; there is no interval.
Measured row_of(const RecordedPopulation& population, std::uint64_t seed, std::string_view measure, double value,
                double n);

}  // namespace cajal::analysis
