#pragma once

#include <cstdint>
#include <vector>

namespace cajal {

/// A spike at a time of its own, within a step.
struct PreciseSpike {
  double time;  ///< ms since the start of step 0
  std::uint64_t unit;
};

/// What knows the times of its spikes better than the step. Edges still see them at the end of the step.
class PreciseSpikes {
 public:
  virtual ~PreciseSpikes() = default;
  /// Whether the times are known at all.
  virtual bool precise() const = 0;
  /// From here on spikes are kept for `take_spikes`.
  virtual void keep_spikes() = 0;
  /// Those since the last call, in ascending order of (time, unit). A spike of step t has a time in (t dt, (t + 1) dt].
  virtual std::vector<PreciseSpike> take_spikes() = 0;
};

}  // namespace cajal
