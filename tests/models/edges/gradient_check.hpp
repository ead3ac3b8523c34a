#pragma once

#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/edges/edge_fixture.hpp"

namespace cajal::test {

/// The gradients of an edge against differences of the loss, which is linear: a difference of 1 has no error but
/// rounding. A smaller `difference` is for an edge that is linear in pieces alone.
template <class MakeEdge>
void check_gradients(const Trial& trial, MakeEdge make, double difference = 1) {
  Bench<double> bench(trial);
  const auto edge = make(bench);
  edge->trained = true;
  edge->adds = false;
  edge->prepare(bench.plan);
  const double base = bench.loss(*edge);
  const auto close = [&](double found, double expected) { return std::fabs(found - expected) < 1e-10 / difference; };

  bool fits = true;
  const auto by_output = bench.rewound(*edge);
  std::size_t i = 0;
  for (std::int64_t s = 0; s < (trial.source_held ? 1 : trial.steps); ++s)
    for (std::size_t b = 0; b < trial.batch; ++b)
      for (std::size_t u = 0; u < trial.sources; ++u, ++i) {
        double& x = bench.from.output.at(s, b)[u];
        const double before = x;
        x += difference;
        fits = fits && close(by_output[i], (bench.loss(*edge) - base) / difference);
        x = before;
      }
  CHECK(fits);

  for (std::size_t tile = 0; tile < edge->tiles(); ++tile) edge->accumulate(tile, {0, trial.steps}, trial.batch);
  for (Parameter<double>* parameter : edge->parameters()) {
    fits = parameter->gradient.size() == parameter->value.size();
    REQUIRE(fits);
    const std::vector<double> values = parameter->row_major();
    for (std::size_t e = 0; e < values.size(); e += 7) {
      std::vector<double> changed = values;
      changed[e] += difference;
      parameter->assign(changed);
      const std::size_t at = parameter->order.empty() ? e : parameter->order[e];
      fits = fits && close(parameter->gradient[at], (bench.loss(*edge) - base) / difference);
    }
    parameter->assign(values);
    CHECK(fits);
    // What stands beyond the last unit must not move.
    double all = 0, named = 0;
    for (const double g : parameter->gradient) all += std::fabs(g);
    for (std::size_t e = 0; e < values.size(); ++e)
      named += std::fabs(parameter->gradient[parameter->order.empty() ? e : parameter->order[e]]);
    CHECK(all == Approx(named).epsilon(1e-12));
  }
}

}  // namespace cajal::test
