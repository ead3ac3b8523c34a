#pragma once

#include <cstdint>
#include <span>

namespace cajal::analysis {

/// The spikes of a population, as the result file holds them: one time and one unit each, in any order.
struct Spikes {
  std::span<const double> times;         ///< ms
  std::span<const std::uint64_t> units;  ///< which unit of the population, 0 .. size-1
  std::size_t size = 0;                  ///< units of the population, silent ones too

  /// Throws Error with `measure` in it if there are not as many times as units, a unit is beyond the size, a time is
  /// not finite, or the population has no unit.
  void check(const char* measure) const;
};

/// A stretch of time, open at its start and closed at its end, as steps are: a spike at `start` is before it.
struct Window {
  double start = 0, stop = 0;  ///< ms

  bool contains(double time) const { return time > start && time <= stop; }
  /// Throws Error with `measure` in it if it is empty or not finite.
  void check(const char* measure) const;
};

}  // namespace cajal::analysis
