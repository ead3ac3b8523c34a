#include "learning/plasticity/targets.hpp"

#include <algorithm>

#include "learning/plasticity/read_on.hpp"
#include "sim/connect/connection.hpp"

namespace cajal {

template <class Real>
std::vector<SparseEdge<Real>*> read_edges(const config::Table& table, const Network<Real>& network,
                                          std::string_view rule) {
  std::vector<std::string> addresses;
  std::vector<std::pair<std::string, std::string>> others;
  std::vector<SparseEdge<Real>*> sparse;
  for (const auto& e : network.sparse)
    if (e->to->ports[e->port].conductance.empty()) {
      addresses.push_back("edge." + e->name);
      sparse.push_back(e.get());
    } else {
      others.emplace_back("edge." + e->name, "whose weights are conductances of the membrane too: they stand still");
    }
  for (const auto& e : network.edges)
    others.emplace_back("edge." + e->name(), "which is " + std::string(e->kind()) + ": it works on sparse edges");
  for (const auto& n : network.nodes) others.emplace_back("node." + n->name(), "a node: it works on edges");
  std::vector<SparseEdge<Real>*> out;
  for (const std::size_t i : read_on(table, rule, addresses, others)) out.push_back(sparse[i]);
  return out;
}

template <class Real>
std::vector<Node<Real>*> read_nodes(const config::Table& table, const Network<Real>& network, std::string_view rule) {
  std::vector<std::string> addresses;
  std::vector<std::pair<std::string, std::string>> others;
  for (const auto& n : network.nodes) addresses.push_back("node." + n->name());
  for (const auto& e : network.edges) others.emplace_back("edge." + e->name(), "an edge: it works on nodes");
  for (const auto& e : network.sparse) others.emplace_back("edge." + e->name, "an edge: it works on nodes");
  std::vector<Node<Real>*> out;
  for (const std::size_t i : read_on(table, rule, addresses, others)) out.push_back(network.nodes[i].get());
  return out;
}

template <class Real>
WeightRange weight_range(const SparseEdge<Real>& edge) {
  WeightRange out{};
  bool any = false;
  const auto take = [&](const std::vector<double>& weights) {
    if (weights.empty()) return;
    const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
    out = any ? WeightRange{std::min(out.low, *low), std::max(out.high, *high)} : WeightRange{*low, *high};
    any = true;
  };
  if (edge.listed()) {
    if (edge.synapses.size() > 0) take(edge.synapses.weight);
  } else if (edge.connection->weight) {
    out = {*edge.connection->weight, *edge.connection->weight};
  } else {
    SynapseRow row;
    for (std::size_t unit = 0; unit < edge.connection->rows; ++unit) {
      edge.connection->row(static_cast<std::uint32_t>(unit), row);
      take(row.weight);
    }
  }
  return out;
}

template std::vector<SparseEdge<float>*> read_edges(const config::Table&, const Network<float>&, std::string_view);
template std::vector<SparseEdge<double>*> read_edges(const config::Table&, const Network<double>&, std::string_view);
template std::vector<Node<float>*> read_nodes(const config::Table&, const Network<float>&, std::string_view);
template std::vector<Node<double>*> read_nodes(const config::Table&, const Network<double>&, std::string_view);
template WeightRange weight_range(const SparseEdge<float>&);
template WeightRange weight_range(const SparseEdge<double>&);

}  // namespace cajal
