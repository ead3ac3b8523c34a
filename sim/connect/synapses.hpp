#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/connect/release.hpp"
#include "sim/edge.hpp"
#include "sim/node.hpp"

namespace cajal {

/// The most synapses that one edge, and that one shard of a network, may have: positions are 32 bits wide.
inline constexpr std::uint64_t most_synapses = 0xffffffffu;

/// The synapses of one edge in the order of their generation, which is the row-major order of the edge's weights.
struct Synapses {
  std::vector<std::uint32_t> source, target;  ///< units of the two nodes
  std::vector<double> weight;                 ///< one for each synapse, or one for all
  std::vector<std::uint32_t> delay;           ///< in steps; one for each synapse, or one for all

  std::size_t size() const { return source.size(); }
  double weight_of(std::size_t i) const { return weight.size() == 1 ? weight[0] : weight[i]; }
  std::uint32_t delay_of(std::size_t i) const { return delay.size() == 1 ? delay[0] : delay[i]; }
};

class Connection;
template <class Real>
class SynapseRule;

/// An edge given by a list of synapses, with delays. A SparseStore carries it; this is what is known of it outside.
template <class Real>
struct SparseEdge {
  std::string name;
  Node<Real>* from = nullptr;
  Node<Real>* to = nullptr;
  std::size_t port = 0;
  /// The recipe of the synapses; nothing where only a list is given.
  std::shared_ptr<const Connection> connection;
  /// The list of them: of edges that train or release by chance, that run with a tape or in batches, or of which some
  /// process wants a list. Others are never listed.
  Synapses synapses;
  bool trained = false;            ///< by gradient
  bool plastic = false;            ///< by a rule at spikes
  std::optional<Release> release;  ///< none: every synapse passes on all that arrives
  /// One value for each synapse in generation order; one for all where all are equal and nothing learns them.
  Parameter<Real> weight;
  SynapseRule<Real>* rule = nullptr;  ///< of a plastic edge while it learns; none: the weights stand still
  std::uint64_t delivered = 0;        ///< synapses that carried something other than zero
  bool counts = false;                ///< leave those out of `delivered` whose weight is zero
  std::uint64_t stored = 0;           ///< synapses in static stores, once these are made

  bool learned() const { return trained || plastic; }
  /// Number of synapses; of those that were not made yet the expected one.
  double count() const;
  /// The shortest delay, in steps; 1 where there is no synapse.
  std::uint32_t min_delay() const;
  /// The longest; 0 where there is none.
  std::uint32_t max_delay() const;
  bool listed() const { return !connection || !synapses.delay.empty(); }
  /// Makes the list, if there is none yet. Throws Error where it would not fit into memory.
  void make_list();
  /// Makes the Parameter from `synapses`. Called before any store is built, after `trained` and `plastic` are known.
  void make_weight(std::string unit);
};

}  // namespace cajal
