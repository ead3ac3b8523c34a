#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/connect/synapses.hpp"
#include "sim/edge.hpp"
#include "sim/node.hpp"

namespace cajal {

/// Nodes and edges, and the order in which a step visits them. Knows no time and no files.
template <class Real>
class Network {
 public:
  std::vector<std::unique_ptr<Node<Real>>> nodes;
  std::vector<std::unique_ptr<Edge<Real>>> edges;  ///< dense and one-to-one
  std::vector<std::unique_ptr<SparseEdge<Real>>> sparse;

  /// What happens at `to` in a step depends on the output of `from` in the step before, beside all edges: `order` heeds
  /// it, and keeps that output for all shards.
  struct Dependence {
    const Node<Real>* from;
    const Node<Real>* to;
  };
  std::vector<Dependence> dependences;

  Node<Real>* node(std::string_view name) const;
  Edge<Real>* edge(std::string_view name) const;
  SparseEdge<Real>* sparse_edge(std::string_view name) const;
  std::size_t index_of(const Node<Real>& node) const;

  /// Nodes that reach one another advance in lock step; groups run one after the other.
  struct Group {
    std::vector<Node<Real>*> nodes;     ///< in the order of edges without delay
    std::vector<std::size_t> index;     ///< of the nodes in `Network::nodes`
    std::vector<Edge<Real>*> inbound;   ///< from earlier groups, in the order of declaration
    std::vector<Edge<Real>*> outbound;  ///< to later groups
    std::vector<Edge<Real>*> inner;     ///< within the group
    bool recurrent = false;
    std::int64_t min_delay = 0;  ///< of edges within the group that have a delay; steps run at once
  };
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<int>& group_of_node() const { return group_of_node_; }

  /// Whether an edge needs all steps of a trial in one window.
  bool whole_trial() const;

  /// Orders the network, marks what is connected, held, and needs a gradient. Called once all is added, and again where
  /// more is.
  /// Throws Error, with the names of the nodes, for a cycle whose edges have no delay.
  void order();
  /// Whether the walk back goes on to the inputs of kind `data`, before buffers are made; else it ends where nothing
  /// before is trained.
  void want_input_gradients(bool wanted);

 private:
  struct Link {
    std::size_t from, to;
    std::int64_t delay;
    Edge<Real>* edge;
  };
  std::vector<Link> links() const;
  void sort_group(Group& group, const std::vector<Link>& links);
  void mark();
  void mark_gradients(bool inputs);

  std::vector<Group> groups_;
  std::vector<int> group_of_node_;
};

}  // namespace cajal
