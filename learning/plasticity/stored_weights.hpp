#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "sim/clock.hpp"
#include "sim/error.hpp"

namespace cajal {

/// The weights of one listed sparse edge in the stores of all shards, for what changes many of them at once, outside of
/// the clock's tasks.
template <class Real>
class StoredWeights {
 public:
  /// The edge must be plastic, and of the clock's network: throws Error otherwise.
  StoredWeights(Clock<Real>& clock, SparseEdge<Real>& edge) : clock_(&clock), edge_(&edge), trained_(edge.trained) {
    const auto& stores = clock.stores();
    if (!stores.empty())
      while (number_ < stores[0]->edge_count() && &stores[0]->edge(number_) != &edge) ++number_;
    if (stores.empty() || number_ == stores[0]->edge_count())
      throw Error("edge " + edge.name + " is not of the network that runs");
  }

  SparseEdge<Real>& edge() const { return *edge_; }

  /// What a rule still owes the weights for the spikes before `step` is done; those that a gradient trains are as the
  /// optimizer left them.
  void settle(std::int64_t step) {
    (void)step;
    if (trained_) refresh();
  }

  /// Calls visit(weight, source unit, target unit) for each synapse. All synapses of a target unit are visited by one
  /// thread, in ascending order of (source unit, delay, generation), whatever the shards.
  template <class Visit>
  void each(const Visit& visit) {
    auto& stores = clock_->stores();
    clock_->team().run([&](std::size_t thread) {
      for (std::size_t part = thread; part < stores.size(); part += clock_->team().size()) {
        SparseStore<Real>& store = *stores[part];
        const std::span<Real> weights = store.weights(number_);
        for (const LearnedSegment& segment : store.segments(number_)) {
          std::size_t position = segment.first;
          for (const std::uint32_t target : store.targets(segment)) visit(weights[position++], segment.source, target);
        }
      }
    });
  }

  /// The edge's Parameter holds the weights as they are.
  void collect() {
    auto& stores = clock_->stores();
    clock_->team().run([&](std::size_t thread) {
      for (std::size_t part = thread; part < stores.size(); part += clock_->team().size())
        stores[part]->collect(number_);
    });
  }
  /// The weights are those of the edge's Parameter.
  void refresh() {
    for (auto& store : clock_->stores()) store->refresh(number_);
  }

 private:
  Clock<Real>* clock_;
  SparseEdge<Real>* edge_;
  bool trained_;            ///< by gradient
  std::size_t number_ = 0;  ///< of the edge in every store
};

/// Steps between the times at which a process acts; 0: at trials.
inline std::int64_t steps_between(double every, double dt) { return std::llround(every / dt); }

}  // namespace cajal
