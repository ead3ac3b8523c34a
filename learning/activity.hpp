#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/network.hpp"

namespace cajal {

/// What every node did while samples were shown: the mean output of each unit for the first samples of a phase, and
/// each spike for the first few of them.
struct Activity {
  struct OfNode {
    std::string node;
    bool spiking = false;
    std::size_t units = 0;
    Shape shape;
    std::vector<float> mean;  ///< [sample][unit], over the steps of the trial
    struct Spike {
      std::uint32_t step, unit;
    };
    std::vector<std::vector<Spike>> spikes;  ///< by sample, in the order of time
  };
  std::size_t samples = 0, spike_samples = 0;
  std::int64_t steps = 1;
  std::vector<OfNode> nodes;
};

/// Fills an Activity while a learner runs; parts of a team call it for their own samples or their own units.
template <class Real>
class ActivityRecorder {
 public:
  /// At most `samples` samples, of which the first `spike_samples` with their spikes. `parts`: of a slice, at most.
  ActivityRecorder(const Network<Real>& network, std::size_t samples, std::size_t spike_samples, std::int64_t steps,
                   std::size_t parts);
  /// The trial of sample b of the batch, the `first + b`-th of the phase, starts.
  void begin(std::size_t first, const Slice& slice);
  void add(std::size_t first, Steps steps, const Slice& slice);
  /// Once all ran: puts the spikes of the parts together.
  void finish();
  const Activity& activity() const { return activity_; }

 private:
  using Spikes = std::vector<Activity::OfNode::Spike>;
  const Network<Real>* network_;
  Activity activity_;
  std::vector<std::vector<std::vector<Spikes>>> spikes_;  ///< [part][node][sample]: parts of units run at the same time
};

template <class Real>
ActivityRecorder<Real>::ActivityRecorder(const Network<Real>& network, std::size_t samples, std::size_t spike_samples,
                                         std::int64_t steps, std::size_t parts)
    : network_(&network), spikes_(parts) {
  activity_.samples = samples;
  activity_.spike_samples = std::min(samples, spike_samples);
  activity_.steps = steps;
  for (const auto& n : network.nodes) {
    Activity::OfNode a;
    a.node = n->name();
    a.spiking = n->spiking();
    a.units = n->size();
    a.shape = n->shape;
    a.mean.assign(samples * a.units, 0.0f);
    if (a.spiking) a.spikes.resize(activity_.spike_samples);
    for (auto& part : spikes_) part.emplace_back(a.spikes.size());
    activity_.nodes.push_back(std::move(a));
  }
}

template <class Real>
void ActivityRecorder<Real>::begin(std::size_t first, const Slice& slice) {
  for (std::size_t b = slice.sample_begin; b < slice.sample_end && first + b < activity_.samples; ++b)
    for (std::size_t i = 0; i < activity_.nodes.size(); ++i) {
      Activity::OfNode& a = activity_.nodes[i];
      const auto [begin, end] = slice.units(padded(a.units));
      for (std::size_t u = begin; u < std::min(end, a.units); ++u) a.mean[(first + b) * a.units + u] = 0;
      if (first + b < a.spikes.size()) spikes_[slice.part][i][first + b].clear();
    }
}

template <class Real>
void ActivityRecorder<Real>::add(std::size_t first, Steps steps, const Slice& slice) {
  for (std::size_t b = slice.sample_begin; b < slice.sample_end && first + b < activity_.samples; ++b)
    for (std::size_t i = 0; i < activity_.nodes.size(); ++i) {
      Activity::OfNode& a = activity_.nodes[i];
      const Node<Real>& node = *network_->nodes[i];
      const auto [begin, end] = slice.units(padded(a.units));
      const float share = 1.0f / static_cast<float>(activity_.steps);
      float* mean = a.mean.data() + (first + b) * a.units;
      for (std::int64_t t = steps.begin; t < steps.end; ++t) {
        const Real* out = node.output.at(t, b);
        for (std::size_t u = begin; u < std::min(end, a.units); ++u) {
          if (out[u] == Real(0)) continue;
          mean[u] += share * static_cast<float>(out[u]);
          if (first + b < a.spikes.size())
            spikes_[slice.part][i][first + b].push_back(
                {static_cast<std::uint32_t>(t - node.trial_begin), static_cast<std::uint32_t>(u)});
        }
      }
    }
}

template <class Real>
void ActivityRecorder<Real>::finish() {
  for (std::size_t i = 0; i < activity_.nodes.size(); ++i)
    for (std::size_t s = 0; s < activity_.nodes[i].spikes.size(); ++s) {
      Spikes& all = activity_.nodes[i].spikes[s];
      all.clear();
      for (const auto& part : spikes_) all.insert(all.end(), part[i][s].begin(), part[i][s].end());
      // Parts hold ascending units: so do the steps of all.
      std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
    }
}

}  // namespace cajal
