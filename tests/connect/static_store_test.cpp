#include "sim/connect/static_store.hpp"

#include <algorithm>
#include <numeric>

#include "sim/connect/connection.hpp"
#include "tests/catch.hpp"
#include "tests/connect/networks.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// A connection that is a list, by source or by target units.
class Listed : public Connection {
 public:
  Listed(Synapses synapses, Rows by, std::size_t units) : list_(std::move(synapses)), of_(units) {
    rows_of = by;
    rows = units;
    expected = static_cast<double>(list_.size());
    if (list_.weight.size() == 1) weight = list_.weight[0];
    const auto [low, high] = std::minmax_element(list_.delay.begin(), list_.delay.end());
    min_delay = *low;
    max_delay = *high;
    const auto& own = by == Rows::source ? list_.source : list_.target;
    for (std::size_t i = 0; i < own.size(); ++i) of_[own[i]].push_back(i);
  }
  void row(std::uint32_t unit, SynapseRow& out) const override {
    out = {};
    for (const std::size_t i : of_[unit]) {
      out.partner.push_back(rows_of == Rows::source ? list_.target[i] : list_.source[i]);
      if (!weight) out.weight.push_back(list_.weight_of(i));
      if (!one_delay()) out.delay.push_back(list_.delay_of(i));
    }
  }

 private:
  Synapses list_;
  std::vector<std::vector<std::size_t>> of_;
};

/// Three nodes, a feed-forward source and two that are joined both ways; every weight a multiple of 1/8 where `exact`,
/// so that sums are exact in any order.
Net<float> static_net(Connection::Rows by, bool exact, std::uint32_t most_delay = 20) {
  Net<float> net;
  net.add_node("in", 150);
  net.add_node("a", 70);
  net.add_node("b", 37);
  net.add_node("out", 5);
  const auto add = [&](std::size_t from, std::size_t to, std::size_t port, std::uint32_t low, std::uint64_t seed,
                       bool equal) {
    Synapses s = random_synapses(net.nodes[from]->size(), net.nodes[to]->size(), 900, low, most_delay, seed, equal);
    if (exact)
      for (double& w : s.weight) w = std::round(8 * w) / 8;
    net.add_edge(from, to, port, s).connection = std::make_shared<Listed>(
        s, by, by == Connection::Rows::source ? net.nodes[from]->size() : net.nodes[to]->size());
  };
  add(0, 1, 0, 0, 1, false);
  add(0, 2, 0, 0, 2, false);
  add(0, 1, 0, 0, 3, true);
  add(1, 1, 1, 1, 4, false);
  add(1, 2, 0, 1, 5, true);
  add(2, 1, 1, 1, 6, false);
  add(2, 3, 0, 0, 7, false);
  for (auto& edge : net.edges) edge->make_weight("mV");
  return net;
}

/// Rounds outputs to quarters: graded ones would round differently in another order of addition.
void quarter_outputs(Net<float>& net) {
  for (Node<float>* node : net.nodes)
    for (std::int64_t t = 0; t < net.trial; ++t)
      for (std::size_t u = 0; u < node->size(); ++u) {
        float& x = node->output.at(t, 0)[u];
        x = std::round(4 * x) / 4;
      }
}

/// Runs static stores over a trial, each group for a whole window before the next; the arrivals of all steps.
std::vector<float> run_static(Net<float>& net, std::size_t parts, std::int64_t window,
                              std::uint64_t* events = nullptr) {
  for (auto& edge : net.edges) edge->synapses = {};
  for (Node<float>* node : net.nodes)
    for (auto& port : node->ports) port.arrivals.shape(window, 1, node->size());
  std::vector<Arena<float>::Place> places;
  for (Node<float>* node : net.nodes)
    for (std::size_t p = 0; p < 2; ++p) places.push_back({node, p});
  const Arena<float> arena(places, parts, window);
  Team team(2);
  const auto stores = StaticStore<float>::build(net.nodes, net.pointers, net.groups, arena, team, {});
  std::vector<StaticStore<float>::Wheel> wheels;
  for (const auto& s : stores) wheels.push_back(s.make_wheel(window));
  // [node][port][step]
  std::vector<std::vector<std::vector<std::vector<float>>>> all(net.nodes.size());
  for (auto& node : all) node.assign(2, std::vector<std::vector<float>>(static_cast<std::size_t>(net.trial)));
  for (std::int64_t begin = 0; begin < net.trial; begin += window)
    for (int group = 0; group < 3; ++group)
      for (std::int64_t t = begin; t < std::min(begin + window, net.trial); ++t)
        for (std::size_t part = 0; part < parts; ++part) {
          const Slice slice{0, 1, part, parts};
          for (std::size_t n = 0; n < net.nodes.size(); ++n)
            if (net.groups[n] == group)
              for (auto& port : net.nodes[n]->ports) port.arrivals.zero(t, slice);
          const std::uint64_t delivered = stores[part].drain(t, group, arena, wheels[part]);
          if (events) *events += delivered;
          for (std::size_t n = 0; n < net.nodes.size(); ++n) {
            if (net.groups[n] != group) continue;
            const Node<float>& node = *net.nodes[n];
            const auto units = slice.units(padded(node.size()));
            for (std::size_t p = 0; p < 2; ++p) {
              auto& row = all[n][p][static_cast<std::size_t>(t)];
              const float* at = node.ports[p].arrivals.at(t, 0, part);
              row.insert(row.end(), at + units.begin, at + std::min(units.end, node.size()));
            }
            for (std::uint32_t u = 0; u < node.size(); ++u)
              if (const float x = node.output.at(t, 0)[u]; x != 0) stores[part].schedule(n, t, u, x, wheels[part], 0);
          }
        }
  std::vector<float> out;
  for (const auto& node : all)
    for (const auto& port : node)
      for (const auto& row : port) out.insert(out.end(), row.begin(), row.end());
  return out;
}

}  // namespace

TEST_CASE("a static store delivers the sum of its equation, by source or by target rows", "[connect]") {
  for (const auto by : {Connection::Rows::source, Connection::Rows::target}) {
    auto net = static_net(by, true);
    net.prepare(60, 1);
    random_outputs(net, 3);
    quarter_outputs(net);
    const auto expected = naive_arrivals(net);
    CHECK(run_static(net, 1, 60) == expected);
    CHECK(run_static(net, 2, 7) == expected);
    CHECK(run_static(net, 3, 1) == expected);
  }
}

TEST_CASE("the bits of a static store do not depend on shards and windows", "[connect]") {
  auto net = static_net(Connection::Rows::target, false);
  net.prepare(60, 1);
  random_outputs(net, 4);
  std::uint64_t events = 0, same = 0;
  const auto expected = run_static(net, 1, 60, &events);
  CHECK(run_static(net, 1, 1, &same) == expected);
  CHECK(same == events);
  CHECK(run_static(net, 2, 13) == expected);
  CHECK(run_static(net, 5, 4) == expected);
}

TEST_CASE("a thousand delays are sorted like few", "[connect]") {
  auto net = static_net(Connection::Rows::source, true, 5000);
  net.prepare(40, 1);
  random_outputs(net, 5);
  quarter_outputs(net);
  const auto expected = naive_arrivals(net);
  CHECK(run_static(net, 2, 8) == expected);
}

TEST_CASE("targets beyond 65,536 lie in further windows", "[connect]") {
  Net<float> net;
  net.add_node("in", 20);
  net.add_node("a", 150000);
  net.add_node("b", 10);
  net.add_node("out", 5);
  const Synapses s = random_synapses(20, 150000, 4000, 1, 3, 8);
  net.add_edge(0, 1, 0, s).connection = std::make_shared<Listed>(s, Connection::Rows::source, 20);
  const Synapses equal = random_synapses(20, 150000, 100000, 1, 1, 9, true);
  net.add_edge(0, 1, 1, equal).connection = std::make_shared<Listed>(equal, Connection::Rows::source, 20);
  for (auto& edge : net.edges) edge->make_weight("mV");
  net.prepare(6, 1);
  for (std::int64_t t = 0; t < 6; t += 2)
    for (std::size_t u = 0; u < 20; ++u) net.nodes[0]->output.at(t, 0)[u] = 1;
  const auto expected = naive_arrivals(net);
  CHECK(run_static(net, 1, 3) == expected);
  CHECK(run_static(net, 2, 2) == expected);
}
