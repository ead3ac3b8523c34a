// What the configs of single synapses promise in their first lines.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/spikes.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

using namespace cajal;

namespace {

/// A config of configs/neurons, run; its result lives as long as this.
class NeuronRun {
 public:
  explicit NeuronRun(const std::string& config) {
    app::Settings settings;
    settings.out = folder_.file("results");
    settings.threads = 1;
    settings.quiet = true;
    settings.overrides = {"run.name=\"neuron\""};
    app::Terminal terminal(true);
    REQUIRE(app::run_experiment(std::string(CAJAL_SOURCE_DIR) + "/configs/neurons/" + config + ".toml", settings,
                                terminal) == 0);
  }

  /// [unit][step] of a record.
  std::vector<std::vector<double>> trace(const std::string& record) const {
    const auto data = result().read<double>("/traces/" + record + "/data");
    std::vector<std::vector<double>> out(data.dims.at(1));
    for (std::size_t i = 0; i < data.values.size(); ++i) out[i % out.size()].push_back(data.values[i]);
    return out;
  }
  std::vector<double> spikes(const std::string& node, std::uint64_t unit) const {
    const auto all = record::read_spikes(result(), "/spikes/" + node);
    std::vector<double> out;
    for (std::size_t i = 0; i < all.times.size(); ++i)
      if (all.ids[i] == unit) out.push_back(all.times[i]);
    return out;
  }

 private:
  record::ResultReader result() const { return record::ResultReader(folder_.file("results/neuron.h5")); }

  record::TemporaryDirectory folder_;
};

/// What is sent at each spike.
std::vector<double> sent(const std::vector<double>& output) {
  std::vector<double> out;
  std::copy_if(output.begin(), output.end(), std::back_inserter(out), [](double x) { return x != 0; });
  return out;
}

/// How far the potential rises in the 50 ms from a time on.
double response(const std::vector<double>& v, double ms) {
  const auto begin = v.begin() + std::lround(ms / 0.1);
  return *std::max_element(begin, begin + 500) - *begin;
}

}  // namespace

TEST_CASE("a synapse depresses and another one facilitates") {
  const NeuronRun run("short_term");
  const auto depressing = sent(run.trace("released_depressing")[0]);
  const auto facilitating = sent(run.trace("released_facilitating")[0]);
  REQUIRE(depressing.size() == 21);
  REQUIRE(facilitating.size() == 21);
  CHECK(depressing[0] == 0.5);
  CHECK(depressing[4] < depressing[0] / 5);
  // Fixed points of one period, without what the active resources hold back.
  CHECK(depressing[19] / depressing[0] == Approx(0.114).margin(0.004));
  CHECK(depressing[20] / depressing[0] == Approx(0.5).margin(0.05));
  CHECK(facilitating[0] == Approx(0.03));
  CHECK(facilitating[19] / facilitating[0] == Approx(5.25).margin(0.15));
  CHECK(facilitating[20] / facilitating[0] == Approx(3.9).margin(0.2));
  // The membrane shows it, a delay later.
  const auto d = run.trace("v_depressing")[0], f = run.trace("v_facilitating")[0];
  CHECK(response(d, 50) > 3 * response(d, 250));
  CHECK(response(f, 50) < 0.5 * response(f, 150));
}

TEST_CASE("a gap junction makes two cells fire as one") {
  const NeuronRun run("gap_junctions");
  const auto alone = std::pair(run.spikes("alone", 0), run.spikes("alone", 1));
  const auto pair = std::pair(run.spikes("pair", 0), run.spikes("pair", 1));
  CHECK(alone.second.size() >= alone.first.size() + 5);
  const auto distances = [](const std::pair<std::vector<double>, std::vector<double>>& cells) {
    std::vector<double> out;
    for (const double t : cells.first) {
      if (t < 500 || t > 990) continue;
      double nearest = 1e9;
      for (const double s : cells.second) nearest = std::min(nearest, std::fabs(s - t));
      out.push_back(nearest);
    }
    return out;
  };
  const auto apart = distances(alone), together = distances(pair);
  REQUIRE(together.size() > 30);
  CHECK(*std::max_element(apart.begin(), apart.end()) > 2.5);
  CHECK(*std::max_element(together.begin(), together.end()) < 0.5);
}

TEST_CASE("depolarisation lifts the block of NMDA receptors") {
  const NeuronRun run("nmda");
  const auto block = run.trace("v_block"), free = run.trace("v_free");
  std::vector<double> blocked, unblocked;
  for (std::size_t u = 0; u < 4; ++u) {
    blocked.push_back(response(block[u], 100));
    unblocked.push_back(response(free[u], 100));
  }
  for (std::size_t u = 1; u < 4; ++u) {
    INFO(u);
    CHECK(blocked[u] > blocked[u - 1]);
    CHECK(unblocked[u] < unblocked[u - 1]);
  }
  CHECK(blocked[2] / blocked[0] == Approx(3).epsilon(0.1));
}
