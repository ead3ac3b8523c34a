#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sim/signal.hpp"

namespace cajal {

template <class Real>
struct SparseEdge;

/// The synapses of one source unit of a plastic edge with one delay that end in one shard, in ascending order of
/// target, ties in generation order. Targets are given by whichever of `unit` and `place` is there.
template <class Real>
struct SynapseBlock {
  std::size_t part = 0;      ///< the shard
  std::size_t sample = 0;    ///< of the batch
  std::uint32_t source = 0;  ///< unit of the source node
  std::uint32_t delay = 0;   ///< in steps
  std::span<Real> weight;
  const std::uint32_t* unit = nullptr;   ///< units of the target node
  const std::uint16_t* place = nullptr;  ///< unit = place + origin
  std::int32_t origin = 0;

  std::uint32_t target(std::size_t i) const {
    return unit ? unit[i] : static_cast<std::uint32_t>(std::int32_t{place[i]} + origin);
  }
};

/// The synapses of one plastic edge in one shard, wherever they are stored. Blocks are numbered from 0 on, in the order
/// of (source, delay, target).
template <class Real>
struct PlasticPart {
  using Visit = std::function<void(std::size_t block, const SynapseBlock<Real>&)>;

  std::size_t part = 0, parts = 1;
  SparseEdge<Real>* edge = nullptr;
  std::size_t blocks = 0;
  Slice::Range units{0, 0};  ///< of the target node: those of this shard
  std::function<void(const Visit&)> each;
};

/// A segment of a learned edge as a rule sees it: segment s of an edge in a shard, 0 <= s <
/// SparseStore::segments(edge).size(), in ascending order of (source, delay).
struct LearnedSegment {
  std::uint32_t source;   ///< unit of the source node
  std::uint32_t delay;    ///< in steps
  std::uint32_t first;    ///< position of its first synapse
  std::uint32_t segment;  ///< among all segments of the store
};

/// Changes the weights of one sparse edge while it runs. The stores know no rule: they call this.
///
/// The course of a step t, in each shard:
///  1. for each block whose spike arrives at t, `arrive`, then the delivery of its weights as they then are;
///  2. the target node advances through t;
///  3. `advance(t, slice)`: the target's spikes of t stand in `to->output.at(t, sample)`.
/// Nodes with plastic afferents advance one step at a time.
///
/// Where things are kept: a state for each presynaptic spike train by block number; a state for each target unit by
/// unit. Both are per shard: make them in `attach`, and share nothing else between shards, which run at the same time
/// on several threads. Results must not depend on how many shards there are: block numbers do.
///
/// A rule may put off what a weight has to learn until its next `arrive`: stored weights are the truth after `settle`.
template <class Real>
class SynapseRule {
 public:
  virtual ~SynapseRule() = default;
  /// Once for each shard, before its first step.
  virtual void attach(const PlasticPart<Real>& part) = 0;
  /// The start of a trial, for the slice's samples: traces return to rest. What was put off is forgotten.
  virtual void reset(const Slice& slice) = 0;
  /// A value `factor` (1: a spike) arrives at `step` through a block; what the block's weights are after this is
  /// delivered.
  virtual void arrive(std::int64_t step, std::size_t block, Real factor, const SynapseBlock<Real>& synapses) = 0;
  /// The target's units of this slice have advanced through `step`. Called at every step.
  virtual void advance(std::int64_t step, const Slice& slice) = 0;
  /// Weights of a shard become what they are before step `now`. To be called between steps, by any thread.
  virtual void settle(std::int64_t now, std::size_t part) = 0;
};

}  // namespace cajal
