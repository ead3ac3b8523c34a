#include "learning/plasticity/targets.hpp"

#include <algorithm>

#include "learning/plasticity/read_on.hpp"
#include "learning/plasticity/read_process.hpp"
#include "sim/connect/connection.hpp"

namespace cajal {

namespace {

template <class Real>
WeightedEdges<Real> read_weighted_edges(const config::Table& table, const Network<Real>& network, std::string_view rule,
                                        bool takes_dense) {
  std::vector<std::string> addresses;
  std::vector<std::pair<std::string, std::string>> others;
  WeightedEdges<Real> all, out;
  for (const auto& e : network.sparse)
    if (e->to->ports[e->port].conductance.empty()) {
      addresses.push_back("edge." + e->name);
      all.sparse.push_back(e.get());
    } else {
      others.emplace_back("edge." + e->name, "whose weights are conductances of the membrane too: they stand still");
    }
  const std::string works_on = takes_dense ? "sparse and dense edges" : "sparse edges";
  for (const auto& e : network.edges)
    if (takes_dense && e->kind() == "dense") {
      addresses.push_back("edge." + e->name());
      all.dense.push_back(e.get());
    } else {
      others.emplace_back("edge." + e->name(), "which is " + std::string(e->kind()) + ": it works on " + works_on);
    }
  for (const auto& n : network.nodes) others.emplace_back("node." + n->name(), "a node: it works on edges");
  for (const std::size_t i : read_on(table, rule, addresses, others))
    if (i < all.sparse.size())
      out.sparse.push_back(all.sparse[i]);
    else
      out.dense.push_back(all.dense[i - all.sparse.size()]);
  return out;
}

}  // namespace

template <class Real>
std::vector<SparseEdge<Real>*> read_edges(const config::Table& table, const Network<Real>& network,
                                          std::string_view rule) {
  return read_weighted_edges(table, network, rule, false).sparse;
}

template <class Real>
WeightedEdges<Real> read_weighted_edges(const config::Table& table, const Network<Real>& network,
                                        std::string_view rule) {
  return read_weighted_edges(table, network, rule, true);
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
std::vector<Node<Real>*> read_spiking_nodes(const config::Table& table, const Network<Real>& network,
                                            std::string_view rule) {
  const std::vector<Node<Real>*> nodes = read_nodes(table, network, rule);
  for (Node<Real>* node : nodes) {
    need_spikes(table, rule, *node);
    if (node->parameter_column("V_th").empty())
      table.error("on", "node." + node->name() + " (" + std::string(node->kind()) + ") has no parameter V_th");
  }
  return nodes;
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
template WeightedEdges<float> read_weighted_edges(const config::Table&, const Network<float>&, std::string_view);
template WeightedEdges<double> read_weighted_edges(const config::Table&, const Network<double>&, std::string_view);
template std::vector<Node<float>*> read_nodes(const config::Table&, const Network<float>&, std::string_view);
template std::vector<Node<double>*> read_nodes(const config::Table&, const Network<double>&, std::string_view);
template std::vector<Node<float>*> read_spiking_nodes(const config::Table&, const Network<float>&, std::string_view);
template std::vector<Node<double>*> read_spiking_nodes(const config::Table&, const Network<double>&, std::string_view);
template WeightRange weight_range(const SparseEdge<float>&);
template WeightRange weight_range(const SparseEdge<double>&);

}  // namespace cajal
