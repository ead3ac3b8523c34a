#pragma once

#include <cstdint>
#include <span>
#include <vector>

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

/// Stretches of a window of `width` ms each, as many whole ones as there are from its start on, open at their start and
/// closed at their end like the window.
struct Bins {
  Window window;
  double width = 1, count = 0;

  /// Throws Error with `measure` in it if the width is not positive or there are not 2 to 2^52 of them.
  Bins(const Window& window, double width, const char* measure);
  /// In which one a time of the window is; `count` or more: behind the last.
  double bin_of(double time) const;
};

/// The spikes of a unit in one bin.
struct BinCount {
  std::uint64_t unit = 0;
  double bin = 0, count = 0;
};

/// All that are not 0, by unit and then by bin. Of units of which `wanted` [unit] says so, or of all if it is empty.
std::vector<BinCount> bin_counts(const Spikes& spikes, const Bins& bins, const std::vector<bool>& wanted = {});

}  // namespace cajal::analysis
