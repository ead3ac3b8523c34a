#include "analysis/trial_spikes.hpp"

#include <fmt/format.h>

namespace cajal::analysis {

TrialSpikes::TrialSpikes(const RecordedRun& run, const RecordedNode& node)
    : size_(run.spike_samples * node.units), window_{0, static_cast<double>(run.steps) * run.dt} {
  for (std::size_t i = 0; i < node.spike_step.size(); ++i) {
    times_.push_back((static_cast<double>(node.spike_step[i]) + 1) * run.dt);
    units_.push_back(std::uint64_t{node.spike_sample[i]} * node.units + node.spike_unit[i]);
  }
}

void each_spiking_node(const Recorded& recorded, const NodeChoice& choice, std::string_view measure, Findings& found,
                       const std::function<void(const RecordedRun&, const RecordedNode&)>& take) {
  each_node(recorded, choice, measure, found, [&](const RecordedRun& run, const RecordedNode& node) {
    if (node.spiking)
      take(run, node);
    else
      found.leave_out(fmt::format("{}: {} has no spikes", measure, shown_node(run, node)));
  });
}

}  // namespace cajal::analysis
