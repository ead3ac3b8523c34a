#pragma once

#include <functional>
#include <vector>

#include "analysis/node_choice.hpp"
#include "analysis/spikes.hpp"

namespace cajal::analysis {

/// The spikes of a learner's node in the trials of which each spike was kept, as those of one population: unit u in
/// trial s counts as unit s * units + u. Times are ends of steps, from the start of the trial.
class TrialSpikes {
 public:
  TrialSpikes(const RecordedRun& run, const RecordedNode& node);
  /// They look at this object.
  Spikes spikes() const { return {times_, units_, size_}; }
  const Window& window() const { return window_; }

 private:
  std::vector<double> times_;
  std::vector<std::uint64_t> units_;
  std::size_t size_;
  Window window_;
};

/// As `each_node`, for nodes that spike; `found` is told of those that do not.
void each_spiking_node(const Recorded& recorded, const NodeChoice& choice, std::string_view measure, Findings& found,
                       const std::function<void(const RecordedRun&, const RecordedNode&)>& take);

}  // namespace cajal::analysis
