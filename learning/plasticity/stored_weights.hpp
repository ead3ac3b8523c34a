#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/clock.hpp"
#include "sim/error.hpp"

namespace cajal {

/// The weights of one plastic sparse edge in all shards, wherever they are stored, for what changes many of them at
/// once, outside of the clock's tasks.
template <class Real>
class StoredWeights {
 public:
  /// The edge must be of the clock's network: throws Error otherwise.
  StoredWeights(Clock<Real>& clock, SparseEdge<Real>& edge) : clock_(&clock), edge_(&edge), trained_(edge.trained) {
    const auto& sparse = clock.network().sparse;
    while (number_ < sparse.size() && sparse[number_].get() != &edge) ++number_;
    if (number_ == sparse.size()) throw Error("edge " + edge.name + " is not of the network that runs");
    parts_ = clock.delivery().plastic(number_);
  }

  SparseEdge<Real>& edge() const { return *edge_; }

  /// What a rule put off for the spikes before `step` is done; weights that a gradient trains are as the optimizer left
  /// them.
  void settle(std::int64_t step) {
    if (trained_)
      for (auto& store : clock_->stores()) store->refresh(number_);
    else if (edge_->rule)
      each_part([&](const PlasticPart<Real>& part) { edge_->rule->settle(step, part.part); });
  }

  /// Calls visit(weight, source unit, target unit) for each synapse. All synapses of a target unit are visited by one
  /// thread, in ascending order of (source unit, delay, generation), whatever the shards.
  template <class Visit>
  void each(const Visit& visit) {
    each_part([&](const PlasticPart<Real>& part) {
      part.each([&](std::size_t, const SynapseBlock<Real>& block) { visit_block(block, visit); });
    });
  }

  /// The same by one thread, in ascending order of (source unit, delay, target unit, generation), whatever the shards.
  template <class Visit>
  void each_by_source(const Visit& visit) {
    if (blocks_.empty()) {
      for (const auto& part : parts_)
        part.each([&](std::size_t, const SynapseBlock<Real>& block) { blocks_.push_back(block); });
      // Targets ascend from shard to shard.
      std::stable_sort(blocks_.begin(), blocks_.end(), [](const auto& a, const auto& b) {
        return std::pair(a.source, a.delay) < std::pair(b.source, b.delay);
      });
    }
    for (const auto& block : blocks_) visit_block(block, visit);
  }

  /// The Parameter of an edge with a list holds the weights as they are.
  void collect() {
    if (!edge_->listed()) return;
    auto& stores = clock_->stores();
    clock_->team().run([&](std::size_t thread) {
      for (std::size_t s = thread; s < stores.size(); s += clock_->team().size()) stores[s]->collect(number_);
    });
  }

 private:
  template <class Visit>
  static void visit_block(const SynapseBlock<Real>& block, const Visit& visit) {
    for (std::size_t i = 0; i < block.weight.size(); ++i) visit(block.weight[i], block.source, block.target(i));
  }
  template <class Visit>
  void each_part(const Visit& visit) {
    clock_->team().run([&](std::size_t thread) {
      for (std::size_t p = thread; p < parts_.size(); p += clock_->team().size()) visit(parts_[p]);
    });
  }

  Clock<Real>* clock_;
  SparseEdge<Real>* edge_;
  bool trained_;            ///< by gradient
  std::size_t number_ = 0;  ///< of the edge
  std::vector<PlasticPart<Real>> parts_;
  std::vector<SynapseBlock<Real>> blocks_;  ///< by source; empty until they are asked for
};

/// Steps between the times at which a process acts; 0: at trials.
inline std::int64_t steps_between(double every, double dt) { return std::llround(every / dt); }

}  // namespace cajal
