#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/signal.hpp"

namespace cajal {

template <class Real>
class SparseStore;

/// One segment of a plastic edge: the synapses of one source unit with one delay that end in one shard, in ascending
/// order of target, ties in generation order.
template <class Real>
struct SegmentView {
  std::size_t part;    ///< the shard: its store calls, on its thread; other shards may call at the same time
  std::size_t sample;  ///< of the batch
  /// Position of the first synapse among the edge's synapses in this shard, see SparseStore::weights; the others
  /// follow.
  std::uint32_t first;
  std::span<const std::uint32_t> target;  ///< unit of the target node
  std::span<Real> weight;                 ///< what is delivered after `arrive` returns
  std::span<const std::uint32_t> index;   ///< of the synapse in the edge's Parameter
};

/// The synapses of an edge in one shard by target unit: the transposed index. Within a unit they stand in ascending
/// order of (source unit, delay, generation), whatever the number of shards.
struct Afferents {
  struct Synapse {
    std::uint32_t position;  ///< in SparseStore::weights(edge) and SparseStore::index(edge)
    std::uint32_t segment;   ///< in SparseStore::segments(edge), the number that `arrive` is given
  };
  std::uint32_t first_unit = 0;      ///< of the target node in this shard
  std::vector<std::uint32_t> begin;  ///< for each unit of the shard, and the end
  std::vector<Synapse> synapses;

  /// Of target unit `unit` (numbered in the whole node), which must belong to the shard.
  std::span<const Synapse> of(std::uint32_t unit) const {
    const std::size_t local = unit - first_unit;
    return {synapses.data() + begin[local], begin[local + 1] - begin[local]};
  }
};

/// A segment of a learned edge as a rule sees it: segment s of an edge in a shard, 0 <= s <
/// SparseStore::segments(edge).size(), in ascending order of (source, delay).
struct LearnedSegment {
  std::uint32_t source;   ///< unit of the source node
  std::uint32_t delay;    ///< in steps
  std::uint32_t first;    ///< position of its first synapse
  std::uint32_t segment;  ///< among all segments of the store
};

/// Changes the weights of one sparse edge while it runs. The store knows no rule: it calls this.
///
/// The course of a step t, in each shard:
///  1. SparseStore::drain: for each segment whose spike arrives at t, `arrive`, then the delivery of its weights as
///  they
///     then are;
///  2. the target node advances through t;
///  3. `advance(t, slice)`: the target's spikes of t stand in `to->output.at(t, sample)`.
/// So a pre and a post spike at the same step are seen in this order. Nodes with plastic afferents advance one step at
/// a time.
///
/// Where things are kept: a state for each presynaptic spike train (a trace) by segment number; a state for each
/// synapse by position; a state for each target unit by unit. All three are per shard: make them in `attach`, index
/// them by `part`, and share nothing else between shards, which run at the same time on several threads. Results must
/// not depend on how many shards there are: segment numbers and positions do, so key random draws by `index` and not by
/// them.
///
/// Stored weights are the truth while a rule runs; SparseStore::collect copies them to the edge's Parameter.
template <class Real>
class SynapseRule {
 public:
  virtual ~SynapseRule() = default;
  /// Once for the store of each shard, before its first step: make what is kept for `edge` (number of the edge in the
  /// store).
  virtual void attach(SparseStore<Real>& store, std::size_t edge) = 0;
  /// The start of a trial, for the slice's samples: traces return to rest.
  virtual void reset(const Slice& slice) = 0;
  /// A value `factor` (1: a spike) that source unit `source` sent arrives at `step` through segment `segment`.
  virtual void arrive(std::int64_t step, std::size_t segment, std::uint32_t source, Real factor,
                      const SegmentView<Real>& view) = 0;
  /// The target's units of this slice have advanced through `step`. Called at every step.
  virtual void advance(std::int64_t step, const Slice& slice) = 0;
};

}  // namespace cajal
