#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "sim/connect/store.hpp"
#include "sim/random.hpp"

namespace cajal::test {

/// A node whose output is what the test wrote there.
template <class Real>
class Source : public Node<Real> {
 public:
  Source(std::string name, std::size_t size, std::size_t ports) : Node<Real>(std::move(name), size) {
    this->ports.resize(ports);
    for (auto& port : this->ports) port.connected = true;
  }
  std::string_view kind() const override { return "source"; }
  void advance(Steps, const Slice&) override {}
};

/// Nodes 0 -> {1, 2 recurrent} -> 3 with two ports each, all of them in three groups.
template <class Real>
struct Net {
  std::vector<std::unique_ptr<Source<Real>>> owned;
  std::vector<Node<Real>*> nodes;
  std::vector<int> groups = {0, 1, 1, 2};
  std::vector<std::unique_ptr<SparseEdge<Real>>> edges;
  std::vector<SparseEdge<Real>*> pointers;
  std::int64_t trial = 0;

  void add_node(std::string name, std::size_t size) {
    owned.push_back(std::make_unique<Source<Real>>(std::move(name), size, 2));
    nodes.push_back(owned.back().get());
  }

  SparseEdge<Real>& add_edge(std::size_t from, std::size_t to, std::size_t port, Synapses synapses) {
    edges.push_back(std::make_unique<SparseEdge<Real>>());
    SparseEdge<Real>& edge = *edges.back();
    edge.name = "edge" + std::to_string(edges.size());
    edge.from = nodes[from];
    edge.to = nodes[to];
    edge.port = port;
    edge.synapses = std::move(synapses);
    pointers.push_back(&edge);
    return edge;
  }

  void prepare(std::int64_t steps, std::size_t batch) {
    trial = steps;
    Plan plan;
    plan.batch = batch;
    plan.window = steps;
    plan.tape = true;
    for (Node<Real>* node : nodes) node->prepare(plan);
  }

  SparseStore<Real> store(std::size_t part = 0, std::size_t parts = 1) const {
    return SparseStore<Real>(nodes, pointers, groups, part, parts);
  }
};

/// `count` synapses between random units with random weights, delays in [low, high]; `equal`: one weight, one delay.
inline Synapses random_synapses(std::size_t from, std::size_t to, std::size_t count, std::uint32_t low,
                                std::uint32_t high, std::uint64_t seed, bool equal = false) {
  Draws draws(Stream(seed, "synapses"), 0);
  Synapses out;
  for (std::size_t i = 0; i < count; ++i) {
    out.source.push_back(static_cast<std::uint32_t>(draws.below(from)));
    out.target.push_back(static_cast<std::uint32_t>(draws.below(to)));
    if (equal && i > 0) continue;
    out.weight.push_back(draws.normal());
    out.delay.push_back(low + static_cast<std::uint32_t>(draws.below(high - low + 1)));
  }
  return out;
}

/// Two sources, two ports, delays 0 to 20, edges with one weight and with many, trained, plastic and fixed ones.
template <class Real>
Net<Real> random_net(std::uint64_t seed) {
  Net<Real> net;
  net.add_node("in", 150);
  net.add_node("a", 70);
  net.add_node("b", 37);
  net.add_node("out", 5);
  net.add_edge(0, 1, 0, random_synapses(150, 70, 900, 0, 20, seed));
  net.add_edge(1, 1, 0, random_synapses(70, 70, 500, 1, 20, seed + 1)).trained = true;
  net.add_edge(1, 2, 1, random_synapses(70, 37, 300, 1, 3, seed + 2, true));
  net.add_edge(2, 1, 1, random_synapses(37, 70, 400, 4, 12, seed + 3)).plastic = true;
  net.add_edge(0, 1, 1, random_synapses(150, 70, 300, 0, 5, seed + 4, true));
  net.add_edge(2, 3, 0, random_synapses(37, 5, 200, 0, 20, seed + 5)).trained = true;
  net.add_edge(1, 3, 0, random_synapses(70, 5, 0, 0, 20, seed + 6));
  net.add_edge(0, 1, 0, random_synapses(150, 70, 900, 0, 20, seed + 7)).trained = true;
  for (auto& edge : net.edges) edge->make_weight("mV");
  return net;
}

/// Outputs that are mostly 0, often 1, sometimes graded; the lanes beyond a node's size are not 0.
template <class Real>
void random_outputs(Net<Real>& net, std::uint64_t seed) {
  for (std::size_t n = 0; n < net.nodes.size(); ++n) {
    Signal<Real>& output = net.nodes[n]->output;
    Draws draws(Stream(seed, "outputs"), n);
    for (std::int64_t t = 0; t < net.trial; ++t)
      for (std::size_t b = 0; b < output.batch(); ++b)
        for (std::size_t u = 0; u < output.stride(); ++u) {
          const double x = draws.uniform();
          output.at(t, b)[u] = static_cast<Real>(u >= output.units() ? 7 : x < 0.6 ? 0 : x < 0.9 ? 1 : draws.normal());
        }
  }
}

/// Runs stores (one for each shard) over a trial: each group for a whole window before the next.
template <class Real>
void run(Net<Real>& net, std::vector<SparseStore<Real>>& stores, std::int64_t window) {
  for (Node<Real>* node : net.nodes)
    for (auto& port : node->ports) port.arrivals.zero();
  const std::size_t batch = net.nodes[0]->output.batch();
  for (auto& store : stores)
    for (std::size_t b = 0; b < batch; ++b) {
      Wheel<Real> wheel = store.make_wheel(window);
      for (std::int64_t begin = 0; begin < net.trial; begin += window)
        for (int group = 0; group < 3; ++group)
          for (std::int64_t t = begin; t < std::min(begin + window, net.trial); ++t) {
            store.drain(t, group, b, wheel);
            for (std::size_t n = 0; n < net.nodes.size(); ++n)
              if (net.groups[n] == group)
                store.schedule(n, t, net.nodes[n]->output.at(t, b), {0, net.nodes[n]->output.stride()}, wheel);
          }
      store.count(wheel);
    }
}

/// All arrivals, one after the other.
template <class Real>
std::vector<Real> arrivals(const Net<Real>& net) {
  std::vector<Real> out;
  for (const Node<Real>* node : net.nodes)
    for (const auto& port : node->ports)
      for (std::int64_t t = 0; t < net.trial; ++t)
        for (std::size_t b = 0; b < port.arrivals.batch(); ++b)
          out.insert(out.end(), port.arrivals.at(t, b), port.arrivals.at(t, b) + node->size());
  return out;
}

/// The same from the equation, each sum in its order, without rows, wheels or windows.
template <class Real>
std::vector<Real> naive_arrivals(Net<Real>& net) {
  for (Node<Real>* node : net.nodes)
    for (auto& port : node->ports) port.arrivals.zero();
  // Contributions in ascending order of (source node, emission step, source unit, edge, generation).
  std::vector<std::tuple<std::size_t, std::int64_t, std::uint32_t, std::size_t, std::size_t>> all;
  for (std::size_t e = 0; e < net.edges.size(); ++e)
    for (std::size_t i = 0; i < net.edges[e]->synapses.size(); ++i)
      for (std::int64_t t = 0; t < net.trial; ++t) {
        const auto from = std::find(net.nodes.begin(), net.nodes.end(), net.edges[e]->from) - net.nodes.begin();
        all.emplace_back(from, t, net.edges[e]->synapses.source[i], e, i);
      }
  std::sort(all.begin(), all.end());
  for (const auto& [from, t, unit, e, i] : all) {
    const SparseEdge<Real>& edge = *net.edges[e];
    const std::int64_t arrival = t + edge.synapses.delay_of(i);
    if (arrival >= net.trial) continue;
    const Real weight = edge.weight.value[edge.weight.value.size() == 1 ? 0 : i];
    for (std::size_t b = 0; b < edge.from->output.batch(); ++b) {
      const Real sent = edge.from->output.at(t, b)[unit];
      Real& sum = edge.to->ports[edge.port].arrivals.at(arrival, b)[edge.synapses.target[i]];
      if (sent != 0) sum = std::fma(sent, weight, sum);
    }
  }
  return arrivals(net);
}

template <class Real>
std::vector<SparseStore<Real>> shards(const Net<Real>& net, std::size_t parts) {
  std::vector<SparseStore<Real>> out;
  for (std::size_t p = 0; p < parts; ++p) out.push_back(net.store(p, parts));
  return out;
}

}  // namespace cajal::test
