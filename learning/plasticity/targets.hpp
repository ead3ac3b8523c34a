#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "learning/process.hpp"
#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal {

/// Whether `text` is what `pattern` says, where each `*` stands for any text.
bool matches(std::string_view text, std::string_view pattern);

/// What the key `on` names: addresses or patterns, `"edge.XE"`, `["edge.XE", "edge.rec*"]`. In the order of the
/// network, each once. What is unknown, or of a kind that `rule` does not change, is an error of the table and left
/// out.
template <class Real>
std::vector<SparseEdge<Real>*> read_edges(const config::Table& table, const Network<Real>& network,
                                          std::string_view rule);
/// The same of sparse and dense edges.
template <class Real>
struct WeightedEdges {
  std::vector<SparseEdge<Real>*> sparse;
  std::vector<Edge<Real>*> dense;
};
template <class Real>
WeightedEdges<Real> read_weighted_edges(const config::Table& table, const Network<Real>& network,
                                        std::string_view rule);
template <class Real>
std::vector<Node<Real>*> read_nodes(const config::Table& table, const Network<Real>& network, std::string_view rule);
/// Nodes that spike and have a threshold to adapt.
template <class Real>
std::vector<Node<Real>*> read_spiking_nodes(const config::Table& table, const Network<Real>& network,
                                            std::string_view rule);

/// The smallest and largest weight of an edge; 0 and 0 if it has none.
struct WeightRange {
  double low = 0, high = 0;
};
template <class Real>
WeightRange weight_range(const SparseEdge<Real>& edge);

}  // namespace cajal
