#include <cmath>
#include <string>
#include <vector>

#include "learning/tape_plastic.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

constexpr std::int64_t steps = 120;

std::string stdp(const std::string& keys) {
  return R"(s = { rule = "stdp", on = "edge.XE", w_min = "-50 nS", w_max = "50 nS", lambda = 0.001, alpha = 0.7, )" +
         keys + " }";
}
const std::string additive = "mu_plus = 0, mu_minus = 0";

/// The weights after one batch of `samples` over the tape; the samples' spikes differ.
template <class Real>
std::vector<Real> batch(std::size_t samples, const std::string& learn, std::size_t threads = 1, std::size_t room = 0) {
  Experiment<Real> e(30, 20, all_to_all(30, 20, 0, 1, 0, 9, 1));
  random_spikes(e.X(), steps, samples, 0.05, 2);
  random_spikes(e.E(), steps, samples, 0.05, 3);
  e.learn(learn);
  e.start(1, steps, std::max(samples, room), true, threads);
  e.trial(steps, samples);
  return e.weights();
}

/// The weights after one trial in which they change at events; it shows sample `sample` of the batch.
std::vector<double> online(std::size_t sample, std::size_t samples, const std::string& learn) {
  Experiment<double> e(30, 20, all_to_all(30, 20, 0, 1, 0, 9, 1));
  for (Scripted<double>* node : {&e.X(), &e.E()}) {
    random_spikes(*node, steps, samples, 0.05, node == &e.X() ? 2 : 3);
    std::set<std::tuple<std::int64_t, std::size_t, std::size_t>> shown;
    for (const auto& [t, b, u] : node->at)
      if (b == sample) shown.insert({t, 0, u});
    node->at = shown;
  }
  e.learn(learn);
  e.start(1, 10);
  e.trial(steps);
  return e.weights();
}

void check_near(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(1e-12));
}

}  // namespace

TEST_CASE("over a tape a rule does what it does at events, as far as it does not feed back", "[plasticity]") {
  for (const std::string& keys :
       {additive, additive + R"(, pairs = "nearest")", additive + R"(, pairs = "presynaptic_centred")",
        additive + R"(, pairs = "reduced")"}) {
    INFO(keys);
    check_near(batch<double>(1, stdp(keys)), online(0, 1, stdp(keys)));
    CHECK(batch<double>(1, stdp(keys)) != all_to_all(30, 20, 0, 1, 0, 9, 1).weight);
  }
  const std::string diehl_cook = R"(s = { rule = "diehl_cook", on = "edge.XE", w_min = "-50 nS", w_max = "50 nS" })";
  check_near(batch<double>(1, diehl_cook), online(0, 1, diehl_cook));
  const std::string triplet =
      R"(s = { rule = "triplet", on = "edge.XE", preset = "hippocampus", w_min = "-50 nS", w_max = "50 nS" })";
  check_near(batch<double>(1, triplet), online(0, 1, triplet));
}

TEST_CASE("a batch applies the mean of its samples' changes, or their sum", "[plasticity]") {
  const std::vector<double> start = all_to_all(30, 20, 0, 1, 0, 9, 1).weight;
  std::vector<double> sum(start.size());
  for (std::size_t b = 0; b < 5; ++b) {
    const auto after = online(b, 5, stdp(additive));
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += after[i] - start[i];
  }
  std::vector<double> by_mean(start), by_sum(start);
  for (std::size_t i = 0; i < sum.size(); ++i) by_mean[i] += sum[i] / 5, by_sum[i] += sum[i];
  check_near(batch<double>(5, stdp(additive)), by_mean);
  check_near(batch<double>(5, stdp(additive + R"(, batch = "sum")")), by_sum);
}

TEST_CASE("changes of a batch are those of its first weights, clipped once", "[plasticity]") {
  const std::string narrow =
      R"(s = { rule = "stdp", on = "edge.XE", w_min = "0 nS", w_max = "1 nS", lambda = 0.1, alpha = 1, mu_plus = 1, mu_minus = 1, batch = "sum" })";
  const auto weights = batch<double>(3, narrow);
  std::size_t clipped = 0;
  for (const double w : weights) {
    CHECK((w >= 0 && w <= 1));
    clipped += w == 0 || w == 1;
  }
  CHECK(clipped > 10);
  // At events a multiplicative rule with small steps never reaches its bounds.
  for (const double w : online(0, 3, narrow)) CHECK((w > 0 && w < 1));
}

TEST_CASE("threads and the room for more samples do not change the bits of a batch", "[plasticity]") {
  const auto one = batch<float>(7, stdp("mu_plus = 0.5, mu_minus = 1"));
  for (std::size_t threads = 2; threads <= 4; ++threads)
    CHECK(batch<float>(7, stdp("mu_plus = 0.5, mu_minus = 1"), threads) == one);
  CHECK(batch<float>(7, stdp("mu_plus = 0.5, mu_minus = 1"), 2, 9) == one);
}

TEST_CASE("a tape over several shards gives the bits of one shard", "[plasticity]") {
  const auto p = defaults<PairStdp::P>(PairStdp::parameters);
  std::vector<std::vector<float>> found;
  for (std::size_t parts = 1; parts <= 4; ++parts) {
    Experiment<float> e(30, 70, all_to_all(30, 70, 0.2, 0.8, 0, 9, 6));
    random_spikes(e.X(), steps, 3, 0.05, 7);
    random_spikes(e.E(), steps, 3, 0.05, 8);
    e.learn(R"(s = { rule = "stdp", on = "edge.XE" })");
    e.start(1, steps, 3, true);
    e.clock->run({0, steps}, 3);

    Team team(parts);
    TapePlastic<PairStdp, float> rule(p, 1, {}, true);
    std::vector<SparseStore<float>> stores;
    for (std::size_t part = 0; part < parts; ++part)
      stores.emplace_back(std::vector<Node<float>*>{&e.X(), &e.E()}, std::vector<SparseEdge<float>*>{&e.edge()},
                          std::vector<int>{0, 1}, part, parts);
    for (auto& store : stores) rule.attach(store, 0);
    rule.apply(team, {0, steps}, 3);
    const auto before = e.weights();
    for (auto& store : stores) store.collect(0);
    CHECK(e.weights() != before);
    found.push_back(e.weights());
    CHECK(found.back() == found.front());
  }
}

TEST_CASE("a trace decays by a table and beyond it alike", "[plasticity]") {
  const Decay<double> fast(5, 0.1), slow(1e5, 0.1);
  for (const std::int64_t n : {0, 1, 7, 100, 1849, 1851, 3000})
    CHECK(fast(static_cast<std::uint32_t>(n)) ==
          Approx(std::exp(-0.02 * static_cast<double>(n))).epsilon(1e-12).margin(1e-16));
  for (const std::int64_t n : {0, 1, 8191, 8192, 1000000})
    CHECK(slow(static_cast<std::uint32_t>(n)) == Approx(std::exp(-1e-6 * static_cast<double>(n))).epsilon(1e-14));
  CHECK(fast(100000) == 0);
  CHECK(fast(0) == 1);
  CHECK(Decay<float>(1e-300, 0.1)(0) == 1);
  CHECK(Decay<float>(1e-300, 0.1)(1) == 0);
}
