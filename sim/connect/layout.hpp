#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/connect/rule.hpp"
#include "sim/connect/synapses.hpp"
#include "sim/node.hpp"

namespace cajal {

/// The synapses of one source unit with one delay and one edge; its end is where the next segment begins.
struct Segment {
  std::uint32_t target;  ///< first in StoreLayout::targets
  std::uint32_t weight;  ///< first in the weights of its edge, see StoredEdge::weights
  std::uint32_t edge;
  std::uint32_t local;  ///< number among the segments of its edge
};

/// Neighbouring segments of one source unit with one delay and one target group: what a spike puts on the wheel at
/// once.
struct Bundle {
  std::uint32_t segment;  ///< the first; the next bundle's first is the end
  std::uint32_t delay;    ///< in steps
  std::uint32_t channel;
};

/// A pair of target group and source node that some edge joins.
struct Channel {
  int group;
  std::uint32_t source;
  auto operator<=>(const Channel&) const = default;
};

/// One edge's part of a store.
template <class Real>
struct StoredEdge {
  SparseEdge<Real>* edge = nullptr;
  std::uint32_t from = 0, to = 0;  ///< numbers of the nodes
  std::uint32_t channel = 0;
  bool learned = false;              ///< as the edge said when the store was built
  bool numbered = false;             ///< learned, or released by chance: the number of each synapse is kept
  bool constant = false;             ///< one weight for all
  Slice::Range units{0, 0};          ///< of the target in this shard
  const Real* weights = nullptr;     ///< what Segment::weight counts from: `own`, or the store's shared weights
  std::vector<Real> own;             ///< weights by position of a numbered edge; the one weight of a constant edge
  std::vector<std::uint32_t> index;  ///< in the Parameter, by position; of a numbered edge
  std::vector<LearnedSegment> segments;
  std::vector<std::uint32_t> row;  ///< of a numbered edge: the first of `segments` of each source unit, and the end
  std::uint32_t segment_count = 0;
};

/// The memory of a SparseStore. Rows stand in the order of (source node, source unit); a row in the order of
/// (delay, edge, target, generation).
template <class Real>
struct StoreLayout {
  std::vector<Node<Real>*> nodes;
  std::vector<StoredEdge<Real>> edges;
  std::vector<Channel> channels;  ///< sorted
  std::vector<std::vector<std::uint32_t>> edges_of_channel;
  std::vector<std::vector<std::uint32_t>>
      rows;                       ///< by node: the first bundle of each unit, and the end; empty: no edges
  std::vector<Bundle> bundles;    ///< and one at the end
  std::vector<Segment> segments;  ///< and one at the end
  std::vector<std::uint32_t> targets;
  std::vector<Real> weights;  ///< of edges that nothing learns, where they differ
  std::uint32_t min_delay = 0, max_delay = 0;
};

/// Sorts the synapses of all edges that end in share `part` of `parts` of each target node. Stable counting by source
/// unit, then each row by itself. Throws Error if an edge does not fit its nodes or there are more than
/// `most_synapses`.
template <class Real>
StoreLayout<Real> build_layout(std::vector<Node<Real>*> nodes, std::span<SparseEdge<Real>* const> edges,
                               const std::vector<int>& group_of_node, std::size_t part, std::size_t parts);

}  // namespace cajal
