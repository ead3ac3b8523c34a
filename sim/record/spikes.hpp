#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record/reader.hpp"
#include "sim/record/result.hpp"

namespace cajal::record {

/// Spikes as they are recorded: `ids[i]` fired at `times[i]` ms.
struct Spikes {
  std::vector<double> times;
  std::vector<std::uint64_t> ids;
};

/// The spikes of one population, in the layout of SONATA: `spikes/<population>/timestamps` (float64, ms) and `node_ids`
/// (uint64, from 0), sorted by time, then by id, and `sorting` = `by_time`.
/// Source: SONATA developer guide 0.1 (Dai et al. 2020, "The SONATA data format", PLOS Comput. Biol. 16:e1007696).
class SpikeRecorder {
 public:
  /// Makes the two empty datasets. `run`: the result, or the group of one run of several.
  SpikeRecorder(const Group& run, std::string_view population);

  /// Spikes of one stretch of time (ms), in any order among themselves, but none before a spike of an earlier call (at
  /// the same time: none of a lower id). Throws OutputError, also for a time that is negative or not finite.
  void append(std::span<const double> times, std::span<const std::uint64_t> ids);
  void append(double time, std::uint64_t id) { append(std::span(&time, 1), std::span(&id, 1)); }

  std::uint64_t count() const { return times_.rows(); }
  void close();

 private:
  void append_sorted(std::span<const double> times, std::span<const std::uint64_t> ids);
  [[noreturn]] void refuse(double time, std::uint64_t id, const std::string& why) const;

  std::string path_;
  Appendable<double> times_;
  Appendable<std::uint64_t> ids_;
  double last_time_ = 0;
  std::uint64_t last_id_ = 0;
};

/// The spikes below `path` (`/spikes/E`). Of a killed run, whose two datasets may differ in length, those that have
/// both. Throws DataError, also if the times are not in order.
Spikes read_spikes(const ResultReader& reader, const std::string& path);

}  // namespace cajal::record
