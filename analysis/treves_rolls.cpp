#include "analysis/treves_rolls.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/node_choice.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"treves_rolls_population", "treves_rolls_lifetime"};

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const NodeChoice choice = NodeChoice::read(table, outline);
  const std::size_t samples = read_samples(table, 1000, 2);
  return [=](const Recorded& recorded) {
    Findings found;
    each_node(recorded, choice, "treves_rolls", found, [&](const RecordedRun& run, const RecordedNode& node) {
      const auto rows = first_rows(node, samples);
      const std::string name = shown_node(run, node);
      if (std::any_of(rows.begin(), rows.end(), [](float x) { return x < 0; }))
        return found.leave_out(fmt::format("treves_rolls: outputs of {} can be negative", name));
      const Sparseness s = sparseness(rows, node.units);
      if (s.population)
        found.rows.push_back(row_of(run, numbers[0], node.name, *s.population, static_cast<double>(s.samples)));
      if (s.lifetime)
        found.rows.push_back(row_of(run, numbers[1], node.name, *s.lifetime, static_cast<double>(s.units)));
      if (!s.population && !s.lifetime)
        found.leave_out(
            fmt::format("treves_rolls: {} (seed {}) has not two units that are ever active", name, run.seed));
    });
    return found;
  };
}

}  // namespace

std::optional<double> treves_rolls(std::span<const double> activity) {
  if (activity.size() < 2) return {};
  const auto n = static_cast<double>(activity.size());
  double sum = 0, squares = 0;
  for (const double r : activity) {
    sum += r;
    squares += r * r;
  }
  if (!(squares > 0)) return {};
  return (1 - sum * sum / n / squares) / (1 - 1 / n);
}

Sparseness sparseness(std::span<const float> values, std::size_t units) {
  if (units == 0 || values.size() % units != 0)
    throw Error(fmt::format("activity of {} values is no whole number of rows of {}", values.size(), units));
  const std::size_t samples = values.size() / units;
  Sparseness out;
  double population = 0, lifetime = 0;
  std::vector<double> activity(units);
  for (std::size_t s = 0; s < samples; ++s) {
    for (std::size_t u = 0; u < units; ++u) activity[u] = static_cast<double>(values[s * units + u]);
    const auto one = treves_rolls(activity);
    if (!one) continue;
    population += *one;
    ++out.samples;
  }
  activity.resize(samples);
  for (std::size_t u = 0; u < units; ++u) {
    for (std::size_t s = 0; s < samples; ++s) activity[s] = static_cast<double>(values[s * units + u]);
    const auto one = treves_rolls(activity);
    if (!one) continue;
    lifetime += *one;
    ++out.units;
  }
  if (out.samples > 0) out.population = population / static_cast<double>(out.samples);
  if (out.units > 0) out.lifetime = lifetime / static_cast<double>(out.units);
  return out;
}

const RecordedMeasure treves_rolls_measure{
    treves_rolls_entry, RecordedMeasure::Taken::by_default, RecordedMeasure::Taken::never, false, numbers, make};

}  // namespace cajal::analysis
