#include "app/verify_nest.hpp"

#include <algorithm>
#include <cmath>

#include "app/rule_bench.hpp"

namespace cajal::app {

namespace {

constexpr double step = 0.1, delay = 1.5;  ///< ms

}  // namespace

double furthest_from_nest(const NestWeights& weights, const std::string& learn, const std::string& start) {
  // A post spike counts when it reaches the synapse. In `paired_units` all acts a step after its time.
  SpikeTrains pre(1), post(1);
  for (const double t : nest_pre) pre[0].push_back(t - step);
  for (const double t : nest_post) post[0].push_back(t + delay - step);
  RuleBench bench(paired_units(pre, post, start, learn), step);
  double furthest = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    // The step that ends at the spike's time.
    bench.run(nest_pre[i] + step);
    furthest = std::max(furthest, std::fabs(bench.weights("XE")[0] - weights[i]));
  }
  return furthest;
}

}  // namespace cajal::app
