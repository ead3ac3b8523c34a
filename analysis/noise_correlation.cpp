#include "analysis/noise_correlation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <vector>

#include "analysis/node_choice.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"noise_correlation"};

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const NodeChoice choice = NodeChoice::read(table, outline);
  return [=](const Recorded& recorded) {
    Findings found;
    each_node(recorded, choice, numbers[0], found, [&](const RecordedRun& run, const RecordedNode& node) {
      if (run.label.size() != run.samples)
        return found.leave_out(
            fmt::format("noise_correlation: the samples that {} was shown have no classes", run.learner));
      const NoiseCorrelation c = noise_correlation(node.mean, node.units, run.label);
      if (c.mean)
        found.rows.push_back(
            row_of(run, numbers[0], node.name, *c.mean, static_cast<double>(c.units * (c.units - 1) / 2)));
      else
        found.leave_out(fmt::format("noise_correlation: {} (seed {}) has not two units that vary within a class",
                                    shown_node(run, node), run.seed));
    });
    return found;
  };
}

}  // namespace

NoiseCorrelation noise_correlation(std::span<const float> values, std::size_t units,
                                   std::span<const std::int32_t> label) {
  if (units == 0 || values.size() != label.size() * units)
    throw Error(fmt::format("activity of {} values for {} labels and {} units", values.size(), label.size(), units));
  std::map<std::int32_t, std::vector<std::size_t>> classes;
  for (std::size_t s = 0; s < label.size(); ++s)
    if (label[s] >= 0) classes[label[s]].push_back(s);
  NoiseCorrelation out;
  std::vector<double> sums(label.size()), residual(label.size());
  for (std::size_t u = 0; u < units; ++u) {
    double squares = 0;
    for (const auto& [name, samples] : classes) {
      double mean = 0;
      bool varies = false;
      for (const std::size_t s : samples) {
        mean += static_cast<double>(values[s * units + u]);
        varies = varies || values[s * units + u] != values[samples[0] * units + u];
      }
      mean /= static_cast<double>(samples.size());
      for (const std::size_t s : samples) {
        residual[s] = varies ? static_cast<double>(values[s * units + u]) - mean : 0;
        squares += residual[s] * residual[s];
      }
    }
    if (!(squares > 0)) continue;
    ++out.units;
    const double norm = std::sqrt(squares);
    for (std::size_t s = 0; s < sums.size(); ++s) sums[s] += residual[s] / norm;
  }
  if (out.units < 2) return out;
  double square = 0;
  for (const double sum : sums) square += sum * sum;
  const auto n = static_cast<double>(out.units);
  out.mean = (square - n) / (n * (n - 1));
  return out;
}

const RecordedMeasure noise_correlation_measure{
    noise_correlation_entry, RecordedMeasure::Taken::if_asked, RecordedMeasure::Taken::never, false, numbers, make};

}  // namespace cajal::analysis
