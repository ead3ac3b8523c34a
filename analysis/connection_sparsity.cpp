#include "analysis/connection_sparsity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/node_choice.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"connection_sparsity"};

double possible(std::span<const RecordedEdge> edges) {
  double sum = 0;
  for (const RecordedEdge& edge : edges) sum += edge.possible;
  return sum;
}

RecordedMeasure::Take make(const config::Table&, const RecordedOutline&) {
  return [](const Recorded& recorded) {
    Findings found;
    for (const RecordedRun& run : recorded.runs) {
      const auto add = [&](std::span<const RecordedEdge> edges, const std::string& part) {
        if (const auto value = connection_sparsity(edges))
          found.rows.push_back(row_of(run, numbers[0], part, *value, possible(edges)));
      };
      add(run.edges, "");
      for (const RecordedEdge& edge : run.edges) add(std::span(&edge, 1), edge.name);
      if (!connection_sparsity(run.edges))
        found.leave_out(fmt::format("connection_sparsity: {} (seed {}) kept no weights", run.learner, run.seed));
    }
    if (recorded.runs.empty()) found.leave_out("connection_sparsity: the result holds no final weights");
    return found;
  };
}

}  // namespace

std::optional<double> connection_sparsity(std::span<const RecordedEdge> edges) {
  const double all = possible(edges);
  if (!(all > 0)) return {};
  double there = 0;
  for (const RecordedEdge& edge : edges) {
    const auto nonzero =
        static_cast<double>(std::count_if(edge.weights.begin(), edge.weights.end(), [](double w) { return w != 0; }));
    if (!edge.weights.empty()) there += nonzero * edge.synapses / static_cast<double>(edge.weights.size());
  }
  return std::round(std::max(0.0, 1 - there / all) * 1e4) / 1e4;
}

const RecordedMeasure connection_sparsity_measure{connection_sparsity_entry,
                                                  RecordedMeasure::Taken::by_default,
                                                  RecordedMeasure::Taken::if_asked,
                                                  true,
                                                  numbers,
                                                  make};

}  // namespace cajal::analysis
