#include "sim/connect/rule.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/connect/networks.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

/// Each spike that passes makes the synapse stronger by a tenth, before it is delivered.
class Strengthen : public SynapseRule<double> {
 public:
  void attach(const PlasticPart<double>& part) override {
    parts_.push_back(part);
    passed_.emplace_back(part.blocks, 0);
    blocks_.emplace_back(part.blocks);
    part.each([&](std::size_t block, const SynapseBlock<double>& synapses) { blocks_.back().at(block) = synapses; });
  }
  void reset(const Slice&) override {}
  void arrive(std::int64_t, std::size_t block, double, const SynapseBlock<double>& synapses) override {
    const auto& known = blocks_.at(synapses.part).at(block);
    consistent = consistent && known.source == synapses.source && known.delay == synapses.delay &&
                 known.weight.data() == synapses.weight.data() && known.unit == synapses.unit;
    ++passed_.at(synapses.part).at(block);
    for (double& w : synapses.weight) w *= 1.1;
  }
  void advance(std::int64_t, const Slice&) override {}
  void settle(std::int64_t, std::size_t) override {}

  bool consistent = true;
  const std::vector<std::vector<int>>& passed() const { return passed_; }

 private:
  std::vector<PlasticPart<double>> parts_;
  std::vector<std::vector<SynapseBlock<double>>> blocks_;
  std::vector<std::vector<int>> passed_;
};

}  // namespace

TEST_CASE("a rule changes weights before they are delivered, the same on every number of shards", "[connect]") {
  std::vector<double> first;
  for (std::size_t parts = 1; parts <= 4; ++parts) {
    Net<double> net = random_net<double>(21);
    SparseEdge<double>& edge = *net.edges[3];
    net.prepare(30, 1);
    random_outputs(net, 2);
    auto stores = shards(net, parts);
    Strengthen rule;
    for (auto& store : stores) rule.attach(store.plastic(3));
    edge.rule = &rule;
    run(net, stores, 1);
    for (auto& store : stores) store.collect(3);
    CHECK(rule.consistent);

    const Synapses& s = edge.synapses;
    for (std::size_t i = 0; i < s.size(); ++i) {
      double weight = s.weight[i];
      for (std::int64_t t = 0; t + s.delay_of(i) < net.trial; ++t)
        if (edge.from->output.at(t, 0)[s.source[i]] != 0) weight *= 1.1;
      CHECK(edge.weight.value[i] == weight);
    }
    const auto now = arrivals(net);
    if (parts == 1) first = now;
    CHECK(now == first);
    edge.rule = nullptr;
    run(net, stores, 1);
    CHECK(arrivals(net) != first);
  }
}

TEST_CASE("a spike delivers the weight that the rule left", "[connect]") {
  Net<double> net;
  net.groups = {0, 1};
  net.add_node("a", 1);
  net.add_node("b", 1);
  auto& edge = net.add_edge(0, 1, 0, {{0}, {0}, {10.0}, {2}});
  edge.plastic = true;
  edge.make_weight("mV");
  net.prepare(6, 1);
  net.nodes[0]->output.at(0, 0)[0] = net.nodes[0]->output.at(1, 0)[0] = 1;
  auto stores = shards(net, 1);
  Strengthen rule;
  rule.attach(stores[0].plastic(0));
  edge.rule = &rule;
  run(net, stores, 6);
  CHECK(net.nodes[1]->ports[0].arrivals.at(2, 0)[0] == 10.0 * 1.1);
  CHECK(net.nodes[1]->ports[0].arrivals.at(3, 0)[0] == 10.0 * 1.1 * 1.1);
  CHECK(rule.passed() == std::vector<std::vector<int>>{{2}});
}

TEST_CASE("segments are dense, ascending, and cover each learned synapse once", "[connect]") {
  Net<float> net = random_net<float>(22);
  for (const auto& store : shards(net, 3))
    for (const std::size_t e : {1u, 3u, 5u, 7u}) {
      const Synapses& s = net.edges[e]->synapses;
      const auto segments = store.segments(e);
      const auto index = store.index(e);
      std::size_t position = 0;
      for (std::size_t k = 0; k < segments.size(); ++k) {
        REQUIRE(segments[k].first == position);
        if (k > 0)
          REQUIRE(std::pair(segments[k - 1].source, segments[k - 1].delay) <
                  std::pair(segments[k].source, segments[k].delay));
        for (const std::uint32_t target : store.targets(segments[k])) {
          const std::uint32_t i = index[position++];
          REQUIRE(s.source[i] == segments[k].source);
          REQUIRE(s.delay[i] == segments[k].delay);
          REQUIRE(s.target[i] == target);
        }
      }
      REQUIRE(position == index.size());
      REQUIRE(position == const_cast<SparseStore<float>&>(store).weights(e).size());
    }
}
