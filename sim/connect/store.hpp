#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/connect/layout.hpp"
#include "sim/connect/rule.hpp"
#include "sim/connect/synapses.hpp"
#include "sim/connect/wheel.hpp"
#include "sim/node.hpp"

namespace cajal {

/// All sparse edges of a network that end in one shard: share `part` of `parts` of the units of every target node.
///
///     arrivals_j(t) = sum over synapses i -> j of weight * output_i(t - delay)
///
/// A source unit has a row of synapses, cut into segments of one delay; a spike puts the segments of its row on a
/// wheel, and a step delivers what the wheel holds for it. An arrival is the sum, from what stood there before, in
/// ascending order of (source node, emission step, source unit, edge, generation): whatever the shards, the threads and
/// the windows. Each addition is fma(output, weight, sum), which for a spike is sum + weight. A synapse of an edge that
/// releases by chance is left out of the sum where it does not release.
///
/// Nodes and edges must outlive the store; nodes are numbered as they stand in `nodes`, edges as in `edges`. Ports
/// where sparse edges end are not `held`.
///
/// Threads: `drain`, `schedule` and `accumulate` may run at the same time for different wheels, samples and tiles;
/// `rewind` for different samples or units.
template <class Real>
class SparseStore {
 public:
  /// `group_of_node[n]`: nodes of one group advance in lock step; a group is drained as one. Every edge's Parameter
  /// must have been made. Throws Error if an edge does not fit its nodes or a shard has more than `most_synapses`.
  SparseStore(std::vector<Node<Real>*> nodes, std::span<SparseEdge<Real>* const> edges,
              const std::vector<int>& group_of_node, std::size_t part, std::size_t parts);
  SparseStore(const SparseStore&) = delete;
  SparseStore& operator=(const SparseStore&) = delete;
  SparseStore(SparseStore&&) noexcept = default;
  SparseStore& operator=(SparseStore&&) noexcept = default;

  std::size_t part() const { return part_; }
  std::size_t parts() const { return parts_; }
  std::size_t edge_count() const { return layout_.edges.size(); }
  SparseEdge<Real>& edge(std::size_t edge) const { return *layout_.edges[edge].edge; }
  /// Of all synapses, also those of other shards, in steps; 0 where there are none.
  std::uint32_t min_delay() const { return layout_.min_delay; }
  std::uint32_t max_delay() const { return layout_.max_delay; }
  /// Synapses in this shard.
  std::size_t synapses() const { return layout_.targets.size(); }
  /// Bytes, without wheels and what belongs to the edges.
  std::size_t memory() const;

  /// A wheel for sources that run at most `window` steps ahead of the oldest step not drained. For many samples one
  /// each.
  Wheel<Real> make_wheel(std::int64_t window) const;

  /// Puts what units [units.begin, units.end) of node `source` sent at `step` on the wheel; `output` is the row of one
  /// sample. Of one source, steps must come in ascending order, and units in ascending order within a step. Spikes that
  /// would arrive before step `earliest` are left out: so a wheel is restored from the outputs of the last max_delay
  /// steps.
  void schedule(std::size_t source, std::int64_t step, const Real* output, Slice::Range units, Wheel<Real>& wheel,
                std::int64_t earliest = std::numeric_limits<std::int64_t>::min()) const;

  /// The same of one unit.
  void schedule(std::size_t source, std::int64_t step, std::uint32_t unit, Real value, Wheel<Real>& wheel,
                std::int64_t earliest = std::numeric_limits<std::int64_t>::min()) const;

  /// Adds all that arrives at `step` in the nodes of `group` to the arrivals of one sample, and takes it off the wheel.
  /// Called again for the same step, it adds what was scheduled since: so edges without delay work within a group.
  void drain(std::int64_t step, int group, std::size_t sample, Wheel<Real>& wheel);

  /// Adds what the wheel counted to each edge's `delivered`.
  void count(Wheel<Real>& wheel) const;

  /// The transpose of delivery, for one emission step of node `source` and one sample:
  ///     output_gradient_i(step) += sum over synapses i -> j of weight * arrivals_gradient_j(step + delay)
  /// for step + delay < stop, with fma in ascending order of (delay, edge, target, generation). One shard only: throws
  /// Error where `parts` is not 1.
  void rewind(std::size_t source, std::int64_t step, std::int64_t stop, std::size_t sample, Slice::Range units) const;

  /// The gradient of an edge's weights is cut into this many ranges of source units, whatever the number of threads.
  static constexpr std::size_t tiles = 64;

  /// Adds to the gradient of a trained edge's Parameter, for the synapses of one tile:
  ///     gradient += sum over (step, sample), ascending, of output_i(step) * arrivals_gradient_j(step + delay)
  /// for steps.begin <= step and step + delay < steps.end, samples [0, samples), with fma.
  void accumulate(std::size_t edge, std::size_t tile, Steps steps, std::size_t samples) const;

  /// Stored weights become those of the Parameter: after a step of an optimizer, or a load. Throws Error for an edge
  /// that has a weight for each synapse and learns nothing: build a new store for that.
  void refresh(std::size_t edge);
  /// The Parameter's values become the stored weights, for the synapses of this shard: after a plasticity rule ran.
  void collect(std::size_t edge) const;

  /// Of a learned edge, by position in this shard: ascending in (source unit, delay, target, generation).
  std::span<Real> weights(std::size_t edge) { return layout_.edges[edge].own; }
  std::span<const std::uint32_t> index(std::size_t edge) const { return layout_.edges[edge].index; }
  /// Of a learned edge: its segments in this shard.
  std::span<const LearnedSegment> segments(std::size_t edge) const { return layout_.edges[edge].segments; }
  /// Target units, by position from `segment.first` on.
  std::span<const std::uint32_t> targets(const LearnedSegment& segment) const { return targets_of(segment.segment); }
  /// The target's units in this shard, of which those below its size are real.
  Slice::Range target_units(std::size_t edge) const { return layout_.edges[edge].units; }
  /// A learned edge as its rule sees it. The store must outlive what is returned, and stay where it is.
  PlasticPart<Real> plastic(std::size_t edge);

 private:
  std::span<const std::uint32_t> targets_of(std::uint32_t segment) const {
    const Segment* s = &layout_.segments[segment];
    return {layout_.targets.data() + s[0].target, s[1].target - s[0].target};
  }
  /// Numbers of the synapses of a segment of a numbered edge.
  std::span<const std::uint32_t> numbers_of(std::uint32_t segment) const {
    const Segment& s = layout_.segments[segment];
    return {layout_.edges[s.edge].index.data() + s.weight, layout_.segments[segment + 1].target - s.target};
  }
  SynapseBlock<Real> block_of(const LearnedSegment& segment, std::size_t sample);
  void deliver(const typename Wheel<Real>::Entry& entry, std::int64_t step, std::size_t sample, Wheel<Real>& wheel);
  void prefetch(const std::vector<typename Wheel<Real>::Entry>& entries, std::size_t entry) const;

  StoreLayout<Real> layout_;
  std::size_t part_, parts_;
};

}  // namespace cajal
