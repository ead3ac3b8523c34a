#include <algorithm>
#include <numeric>
#include <tuple>

#include "sim/connect/connection.hpp"
#include "tests/catch.hpp"
#include "tests/learning/plasticity/scripted.hpp"

using namespace cajal;
using namespace cajal::test;

namespace {

constexpr std::size_t sources = 40, targets = 2100;
constexpr std::int64_t steps = 600;

/// A list of synapses, by source or by target units.
class Listed final : public Connection {
 public:
  Listed(Synapses list, Rows by) : list_(std::move(list)) {
    rows_of = by;
    rows = by == Rows::source ? sources : targets;
    expected = static_cast<double>(list_.size());
    min_delay = *std::min_element(list_.delay.begin(), list_.delay.end());
    max_delay = *std::max_element(list_.delay.begin(), list_.delay.end());
  }
  void row(std::uint32_t unit, SynapseRow& out) const override {
    out = {};
    for (std::size_t i = 0; i < list_.size(); ++i) {
      if ((rows_of == Rows::source ? list_.source : list_.target)[i] != unit) continue;
      out.partner.push_back((rows_of == Rows::source ? list_.target : list_.source)[i]);
      out.weight.push_back(list_.weight[i]);
      out.delay.push_back(list_.delay[i]);
    }
  }

 private:
  Synapses list_;
};

/// Every source to some targets, some of them twice.
Synapses some() {
  Synapses out;
  Draws draws(Stream(5, "some"), 0);
  for (std::uint32_t i = 0; i < sources; ++i)
    for (int k = 0; k < 100; ++k) {
      out.source.push_back(i);
      out.target.push_back(static_cast<std::uint32_t>(draws.below(targets)));
      out.weight.push_back(draws.uniform(0.2, 0.8));
      out.delay.push_back(2 + static_cast<std::uint32_t>(draws.below(5)));
    }
  return out;
}

template <class Prepare>
Synapses run(const std::string& keys, std::size_t threads, const Prepare& prepare) {
  Experiment<float> e(sources, targets, {});
  prepare(e.edge());
  random_spikes(e.X(), steps, 1, 0.02, 7);
  random_spikes(e.E(), steps, 1, 0.03, 8);
  e.learn(R"(s = { rule = "stdp", on = "edge.XE", w_max = "1 nS", mu_plus = 0.4)" + keys + "}", 1);
  e.start(1, 16, 1, false, threads);
  e.clock->reset_all();
  for (std::int64_t t = 0; t < steps; ++t) {
    e.clock->run({t, t + 1}, 1);
    // In the middle: what is looked at does not change.
    if (t == steps / 2) e.clock->delivery().synapses(0, t + 1);
  }
  return e.clock->delivery().synapses(0, steps);
}

/// Weights in the order of (source, delay, target, generation).
std::vector<double> sorted_weights(const Synapses& s) {
  std::vector<std::size_t> order(s.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(s.source[a], s.delay[a], s.target[a]) < std::tuple(s.source[b], s.delay[b], s.target[b]);
  });
  std::vector<double> out;
  for (const std::size_t i : order) out.push_back(s.weight[i]);
  return out;
}

}  // namespace

TEST_CASE("a plastic edge learns the same listed and compact, by source or target rows, on any number of threads",
          "[plasticity][connect]") {
  const Synapses list = some();
  for (const std::string keys : {"", R"(, dendritic_delay = "2 ms", coincidence = "post_first", pairs = "nearest")"}) {
    const auto listed = run(keys, 1, [&](SparseEdge<float>& e) { e.synapses = list; });
    CHECK((sorted_weights(listed) != sorted_weights(list)));
    for (const auto rows : {Connection::Rows::source, Connection::Rows::target})
      for (std::size_t threads = 1; threads <= 3; ++threads) {
        const auto compact =
            run(keys, threads, [&](SparseEdge<float>& e) { e.connection = std::make_shared<Listed>(list, rows); });
        INFO(keys << ", rows of " << (rows == Connection::Rows::source ? "sources" : "targets") << ", " << threads
                  << " threads");
        CHECK((compact.weight == sorted_weights(listed)));
        CHECK(std::is_sorted(compact.source.begin(), compact.source.end()));
      }
  }
}
