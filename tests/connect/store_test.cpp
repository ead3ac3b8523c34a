#include "sim/connect/store.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/connect/networks.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

template <class Real>
bool same_bits(const std::vector<Real>& a, const std::vector<Real>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0;
}

template <class Real>
void random_gradients(Net<Real>& net) {
  Draws draws(Stream(5, "gradients"), 0);
  for (Node<Real>* node : net.nodes)
    for (auto& port : node->ports)
      for (std::int64_t t = 0; t < net.trial; ++t)
        for (std::size_t b = 0; b < port.arrivals.batch(); ++b)
          for (std::size_t u = 0; u < port.arrivals.stride(); ++u)
            port.arrivals_gradient.at(t, b)[u] = static_cast<Real>(draws.normal());
}

/// A loss that is linear in the arrivals, whose gradient the ports hold.
double loss(const Net<double>& net) {
  double sum = 0;
  for (const Node<double>* node : net.nodes)
    for (const auto& port : node->ports)
      for (std::int64_t t = 0; t < net.trial; ++t)
        for (std::size_t b = 0; b < port.arrivals.batch(); ++b)
          for (std::size_t u = 0; u < node->size(); ++u)
            sum += port.arrivals.at(t, b)[u] * port.arrivals_gradient.at(t, b)[u];
  return sum;
}

}  // namespace

TEST_CASE("sparse delivery equals the equation bit for bit, whatever shards and windows", "[connect]") {
  const std::size_t batch = GENERATE(1, 3);
  Net<float> net = random_net<float>(11);
  net.prepare(50, batch);
  random_outputs(net, 3);
  const std::vector<float> expected = naive_arrivals(net);
  REQUIRE(std::any_of(expected.begin(), expected.end(), [](float x) { return x != 0; }));
  for (std::size_t parts = 1; parts <= 4; ++parts)
    for (const std::int64_t window : {1, 7, 50}) {
      auto stores = shards(net, parts);
      run(net, stores, window);
      INFO("parts " << parts << ", window " << window);
      CHECK(same_bits(arrivals(net), expected));
    }
}

TEST_CASE("sparse delivery in double equals the equation", "[connect]") {
  Net<double> net = random_net<double>(12);
  net.prepare(40, 2);
  random_outputs(net, 4);
  const auto expected = naive_arrivals(net);
  auto stores = shards(net, 3);
  run(net, stores, 5);
  CHECK(same_bits(arrivals(net), expected));
}

TEST_CASE("shards hold each synapse once, and agree on delays", "[connect]") {
  const Net<float> net = random_net<float>(13);
  std::size_t all = 0;
  for (const auto& edge : net.edges) all += edge->synapses.size();
  for (std::size_t parts = 1; parts <= 4; ++parts) {
    std::size_t sum = 0;
    for (const auto& store : shards(net, parts)) {
      sum += store.synapses();
      CHECK(store.min_delay() == 0);
      CHECK(store.max_delay() == 20);
    }
    CHECK(sum == all);
  }
}

TEST_CASE("delivered counts the synapses of outputs other than zero", "[connect]") {
  Net<float> net = random_net<float>(14);
  net.prepare(30, 2);
  random_outputs(net, 5);
  auto stores = shards(net, 2);
  run(net, stores, 3);
  for (const auto& edge : net.edges) {
    std::uint64_t expected = 0;
    const Synapses& s = edge->synapses;
    for (std::size_t i = 0; i < s.size(); ++i)
      for (std::int64_t t = 0; t + s.delay_of(i) < net.trial; ++t)
        for (std::size_t b = 0; b < 2; ++b) expected += edge->from->output.at(t, b)[s.source[i]] != 0;
    CHECK(edge->delivered == expected);
  }
}

TEST_CASE("a wheel is restored from the last outputs, and reset forgets", "[connect]") {
  Net<float> net = random_net<float>(15);
  net.prepare(50, 1);
  random_outputs(net, 6);
  const auto expected = naive_arrivals(net);
  auto store = net.store();
  for (Node<float>* node : net.nodes)
    for (auto& port : node->ports)
      for (std::int64_t t = 30; t < 50; ++t) port.arrivals.zero(t, Slice{});
  Wheel<float> wheel = store.make_wheel(1);
  for (std::size_t n = 0; n < 4; ++n)
    store.schedule(n, 29, net.nodes[n]->output.at(29, 0), {0, net.nodes[n]->output.stride()}, wheel);
  CHECK_FALSE(wheel.empty());
  wheel.reset();
  CHECK(wheel.empty());
  for (std::size_t n = 0; n < 4; ++n)
    for (std::int64_t t = 30 - store.max_delay(); t < 30; ++t)
      store.schedule(n, t, net.nodes[n]->output.at(t, 0), {0, net.nodes[n]->output.stride()}, wheel, 30);
  for (std::int64_t t = 30; t < 50; ++t)
    for (int group = 0; group < 3; ++group) {
      store.drain(t, group, 0, wheel);
      for (std::size_t n = 0; n < 4; ++n)
        if (net.groups[n] == group)
          store.schedule(n, t, net.nodes[n]->output.at(t, 0), {0, net.nodes[n]->output.stride()}, wheel);
    }
  CHECK(same_bits(arrivals(net), expected));
}

TEST_CASE("rewind is the gradient of delivery by finite differences", "[connect]") {
  Net<double> net = random_net<double>(16);
  net.prepare(25, 2);
  random_outputs(net, 7);
  random_gradients(net);
  std::vector<SparseStore<double>> stores = shards(net, 1);
  for (std::size_t n = 0; n < 4; ++n)
    for (std::int64_t t = 0; t < 25; ++t)
      for (std::size_t b = 0; b < 2; ++b)
        for (const std::size_t part : {0, 1}) {
          const Slice slice{0, 1, part, 2};
          stores[0].rewind(n, t, 25, b, slice.units(net.nodes[n]->output.stride()));
        }
  Draws draws(Stream(8, "where"), 0);
  int checked = 0;
  for (int k = 0; k < 60; ++k) {
    const std::size_t n = draws.below(4), b = draws.below(2);
    const std::size_t u = draws.below(net.nodes[n]->size());
    const auto t = static_cast<std::int64_t>(draws.below(25));
    double& output = net.nodes[n]->output.at(t, b)[u];
    const double before = output;
    output = before + 0.5;
    run(net, stores, 5);
    const double above = loss(net);
    output = before - 0.5;
    run(net, stores, 5);
    const double gradient = above - loss(net);
    output = before;
    CHECK(net.nodes[n]->output_gradient.at(t, b)[u] == Approx(gradient).margin(1e-9));
    checked += gradient != 0;
  }
  CHECK(checked > 20);
  CHECK_THROWS_AS(net.store(0, 2).rewind(0, 0, 25, 0, {0, 16}), Error);
}

TEST_CASE("accumulate adds step by step, sample by sample, whatever the tiles' order", "[connect]") {
  Net<float> net = random_net<float>(17);
  net.prepare(25, 3);
  random_outputs(net, 9);
  random_gradients(net);
  const auto store = net.store();
  for (std::size_t e = 0; e < net.edges.size(); ++e) {
    SparseEdge<float>& edge = *net.edges[e];
    if (!edge.trained) continue;
    std::fill(edge.weight.gradient.begin(), edge.weight.gradient.end(), 0.25f);
    std::vector<float> expected = edge.weight.gradient;
    const Synapses& s = edge.synapses;
    for (std::size_t i = 0; i < s.size(); ++i)
      for (std::int64_t t = 2; t + s.delay_of(i) < 24; ++t)
        for (std::size_t b = 0; b < 3; ++b)
          expected[i] =
              std::fma(edge.from->output.at(t, b)[s.source[i]],
                       edge.to->ports[edge.port].arrivals_gradient.at(t + s.delay_of(i), b)[s.target[i]], expected[i]);
    for (std::size_t tile = store.tiles; tile-- > 0;) store.accumulate(e, tile, {2, 24}, 3);
    CHECK(same_bits(edge.weight.gradient, expected));
  }
}

TEST_CASE("refresh delivers new weights, collect brings back the stored ones", "[connect]") {
  Net<float> net = random_net<float>(18);
  net.prepare(30, 1);
  random_outputs(net, 10);
  auto stores = shards(net, 2);
  const std::size_t learned[] = {1, 3, 5, 7}, constant[] = {2, 4};
  for (const std::size_t e : learned)
    for (float& w : net.edges[e]->weight.value) w = w * 3 + 1;
  for (const std::size_t e : constant) net.edges[e]->weight.value[0] = 4;
  for (auto& store : stores) {
    for (const std::size_t e : learned) store.refresh(e);
    for (const std::size_t e : constant) store.refresh(e);
    CHECK_THROWS_AS(store.refresh(0), Error);
  }
  const auto expected = naive_arrivals(net);
  run(net, stores, 4);
  CHECK(same_bits(arrivals(net), expected));

  const auto before = net.edges[3]->weight.value;
  for (auto& store : stores)
    for (float& w : store.weights(3)) w *= 2;
  CHECK(same_bits(net.edges[3]->weight.value, before));
  for (auto& store : stores) store.collect(3);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(net.edges[3]->weight.value[i] == 2 * before[i]);
}

TEST_CASE("a store needs few bytes a synapse", "[connect]") {
  Net<float> net;
  net.groups = {0, 0};
  net.add_node("a", 500);
  net.add_node("b", 500);
  Synapses all;
  all.weight = {1};
  all.delay = {15};
  for (std::uint32_t i = 0; i < 500; ++i)
    for (std::uint32_t j = 0; j < 500; ++j) {
      all.source.push_back(i);
      all.target.push_back(j);
    }
  net.add_edge(0, 1, 0, all).make_weight("mV");
  CHECK(static_cast<double>(net.store().memory()) / 250000 < 4.1);
  net.edges[0]->synapses.weight.assign(250000, 2.0);
  net.edges[0]->make_weight("mV");
  CHECK(static_cast<double>(net.store().memory()) / 250000 < 8.1);
  net.edges[0]->plastic = true;
  CHECK(static_cast<double>(net.store().memory()) / 250000 < 12.2);
}

TEST_CASE("edges that do not fit are refused", "[connect]") {
  const Net<float> foreign = random_net<float>(1);
  Net<float> net;
  net.groups = {0, 0};
  net.add_node("a", 4);
  net.add_node("b", 4);
  auto& edge = net.add_edge(0, 1, 0, {{0, 1}, {2, 3}, {1.0}, {1}});
  CHECK_THROWS_AS(net.store(), Error);  // no Parameter
  edge.make_weight("mV");
  CHECK(net.store().synapses() == 2);
  SECTION("unit out of range") { edge.synapses.target[1] = 4; }
  SECTION("lists of different length") { edge.synapses.source.push_back(0); }
  SECTION("delays of another length") { edge.synapses.delay = {1, 2, 3}; }
  SECTION("no such port") { edge.port = 2; }
  SECTION("a foreign node") { edge.to = foreign.nodes[0]; }
  SECTION("learned without a weight for each synapse") { edge.plastic = true; }
  CHECK_THROWS_AS(net.store(), Error);
}
