#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cajal {

/// The Poisson distribution as a table to invert: P(N <= first + i) in units of 2^-64, i = 0, 1, ..., from the first
/// that is not 0 to the last that is not 1. Error of each: 2^-60. What lies beyond has a probability below 2^-64, the
/// resolution of a draw.
class PoissonDistribution {
 public:
  PoissonDistribution() = default;
  explicit PoissonDistribution(double mean) { assign(mean); }
  /// mean >= 0 and finite; the table has about 20 sqrt(mean) + 20 entries.
  void assign(double mean);

  double mean() const { return mean_; }
  std::uint32_t first() const { return first_; }
  std::span<const std::uint64_t> cumulative() const { return cumulative_; }
  /// The count for a draw that is uniform in 0 .. 2^64 - 1.
  std::uint32_t count(std::uint64_t uniform) const;

 private:
  double mean_ = 0;
  std::uint32_t first_ = 0;
  std::vector<std::uint64_t> cumulative_;
};

}  // namespace cajal
