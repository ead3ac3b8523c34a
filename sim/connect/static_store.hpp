#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/connect/arena.hpp"
#include "sim/connect/rule.hpp"
#include "sim/connect/synapses.hpp"
#include "sim/connect/wheel.hpp"
#include "sim/memory.hpp"
#include "sim/node.hpp"
#include "sim/parallel/team.hpp"

namespace cajal {

/// The synapses of one source unit with one delay whose targets lie in one window of a shard.
struct StaticSegment {
  std::uint32_t begin;  ///< of its block: in words of 4 bytes from the beginning of the store's memory
  std::uint32_t delay : 20, window : 12;
  std::uint16_t count;
};

/// A segment that is under way.
template <class Real>
struct SentBlock {
  std::uint32_t begin;
  std::uint16_t count, window;
  Real factor;
};

/// What stands before the weights of a plastic block.
struct PlasticHeader {
  std::uint32_t number;  ///< of the block in its edge and shard
  std::uint32_t delay;   ///< in steps
  std::uint32_t source;  ///< unit
  std::uint32_t nothing = 0;
};

/// What one source node sends to one group of nodes, from all edges whose weights are stored alike: one weight for all
/// (then a block is a list of 16-bit places), or one for each synapse (then a block is the weights and after them the
/// places). A plastic edge is a family of its own, whose blocks have a header before the weights.
template <class Real>
struct StaticFamily {
  struct Row {
    const StaticSegment* first = nullptr;
    std::uint32_t count = 0;
  };

  int group = 0;
  std::size_t source = 0;  ///< number of the node
  bool one_weight = false;
  Real weight = 0;
  SparseEdge<Real>* plastic = nullptr;
  std::uint32_t offset = 0;  ///< of a plastic edge: what is added to a target unit for its place in the arena
  std::uint32_t blocks = 0;  ///< of a plastic edge
  std::vector<Row> rows;     ///< by source unit
  std::vector<std::vector<StaticSegment>> segments;  ///< owned, by chunk of rows
};

/// The sparse edges that are never listed, of a network of one sample without tape: all that end in one shard. Two
/// numbers a synapse, 2 + sizeof(Real) bytes, or 2 where all weights are equal and stand still.
///
///     arrivals_j(t) = sum over synapses i -> j of weight * output_i(t - delay)
///
/// in ascending order of (family, emission step, source unit, edge, generation), families sorted by (group, source
/// node, kind of weight): whatever the shards, the threads and the windows. Each addition is
/// fma(output, weight, sum), which for a spike is sum + weight.
template <class Real>
class StaticStore {
 public:
  using Wheel = Calendar<SentBlock<Real>>;

  std::size_t part() const { return part_; }
  std::uint64_t synapses() const { return synapses_; }
  std::uint64_t segments() const { return segments_; }
  /// Bytes, without wheels and arena.
  std::size_t memory() const;
  std::uint32_t max_delay() const { return max_delay_; }
  /// A wheel for sources that run at most `window` steps ahead of the oldest step not drained.
  Wheel make_wheel(std::int64_t window) const { return {window + max_delay_ + 1, families_.size()}; }
  bool sends(std::size_t node) const { return !families_of_[node].empty(); }

  /// Puts on the wheel what unit `unit` of node `source` sent at `step`. Of one source, in ascending order of
  /// (step, unit). Arrivals before step `earliest` are left out.
  void schedule(std::size_t source, std::int64_t step, std::uint32_t unit, Real value, Wheel& wheel,
                std::int64_t earliest) const;
  /// Bring nearer what `schedule` will read of a unit: first where its row is, then the row.
  void prefetch_row(std::size_t source, std::uint32_t unit) const;
  void prefetch(std::size_t source, std::uint32_t unit) const;

  /// Adds all that arrives at `step` in the nodes of `group`, and takes it off the wheel; returns the number of
  /// synapses. Called again for the same step, it adds what was scheduled since.
  std::uint64_t drain(std::int64_t step, int group, const Arena<Real>& arena, Wheel& wheel) const;

  /// A plastic edge as its rule sees it; nothing if the edge is not of this store. The store must outlive what is
  /// returned, and stay where it is.
  std::optional<PlasticPart<Real>> plastic(const SparseEdge<Real>& edge, std::size_t parts) const;

  /// The stores of all shards of an arena, made by the whole team. `edges` without a list of synapses are taken,
  /// others left out. `progress` is told the share that is done. Throws Error if a shard is too large.
  static std::vector<StaticStore> build(std::span<Node<Real>* const> nodes, std::span<SparseEdge<Real>* const> edges,
                                        const std::vector<int>& group_of_node, const Arena<Real>& arena, Team& team,
                                        const std::function<void(double)>& progress);

 private:
  template <class>
  friend class StaticBuilder;

  bool plastic(const StaticFamily<Real>& family) const { return family.plastic && family.plastic->rule; }
  /// Bytes of a block.
  static std::size_t bytes_of(const StaticFamily<Real>& family, std::size_t count) {
    const std::size_t synapse = family.one_weight ? sizeof(std::uint16_t) : sizeof(Real) + sizeof(std::uint16_t);
    return count * synapse + (family.plastic ? sizeof(PlasticHeader) : 0);
  }
  SynapseBlock<Real> block_of(const StaticFamily<Real>& family, std::size_t begin, std::size_t count,
                              std::size_t window) const;
  PlasticHeader header_of(std::size_t begin) const;

  std::vector<StaticFamily<Real>> families_;           ///< sorted by group
  std::vector<std::vector<std::size_t>> families_of_;  ///< by source node
  Region memory_;
  std::size_t part_ = 0, used_ = 0;  ///< used_: bytes of memory_
  std::uint64_t synapses_ = 0, segments_ = 0;
  std::uint32_t max_delay_ = 0;
};

}  // namespace cajal
