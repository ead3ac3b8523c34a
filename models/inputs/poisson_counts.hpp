#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/inputs/poisson_distribution.hpp"
#include "sim/random.hpp"

namespace cajal {

/// Draws Poisson counts for many units at a step by inversion of 64 bits each. Of these, 16 decide nearly always: they
/// are compared with the leading 16 bits of the cumulative distribution, 32 units at once. Only where they are equal to
/// one of these, the other 48 are drawn. Where spikes are rare, the count of 1,024 units is drawn, and then which of
/// them it hit.
///
/// What a unit gets depends on (stream, key, unit) and its mean alone.
class PoissonCounts {
 public:
  /// Units that are drawn at once.
  static constexpr std::size_t units_at_once = 32;
  /// Below this mean spikes are drawn one by one.
  static constexpr double rare = 0x1p-9;

  /// The same mean for all units.
  explicit PoissonCounts(double mean = 0) { assign(mean); }
  void assign(double mean);
  /// A mean for each unit.
  explicit PoissonCounts(std::span<const double> means);

  /// Writes the counts of the units `begin` to `end`, at out[begin] to out[end - 1]; both are multiples of 16, and
  /// units beyond the last mean get what they may. `key` tells steps and trials apart.
  template <class Real>
  void draw(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t end, Real* out) const;

 private:
  struct alignas(64) Row {
    std::array<std::uint16_t, units_at_once> value;
  };
  /// Thresholds of 32 units: a unit's count is `base` and one for each of its thresholds that its 16 bits reach.
  struct Thresholds {
    Row base;
    std::size_t first = 0, count = 0;  ///< of rows_
  };

  void add_rows(std::span<const PoissonDistribution> distributions);
  std::uint32_t refined(const Stream& stream, std::uint64_t key, std::size_t unit, std::uint16_t bits) const;
  template <class Real>
  void draw_rare(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t end, Real* out) const;

  PoissonDistribution shared_;  ///< of a unit; where spikes are rare, of 1,024
  bool rare_ = false;
  std::vector<double> means_;  ///< by unit; empty: all alike
  std::vector<Thresholds> thresholds_;
  std::vector<Row> rows_;
  /// Of all units alike: 0, then the thresholds, as far as they fit; searched by halving.
  alignas(64) std::array<std::uint16_t, 64> sorted_{};
  std::size_t sorted_size_ = 0;  ///< 0: too many
};

}  // namespace cajal
