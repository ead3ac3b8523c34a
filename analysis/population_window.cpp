#include "analysis/population_window.hpp"

#include <fmt/format.h>

#include <cmath>

namespace cajal::analysis {

double read_start(const config::Table& table, const RecordedOutline& outline) {
  const double start = table.quantity("start", "ms", 0, config::not_negative);
  // A duration that is missing or wrong was told.
  if (outline.duration > 0 && start >= outline.duration)
    table.error("start", fmt::format("starts at {:g} ms, when the run of {:g} ms has ended", start, outline.duration));
  return start;
}

double read_bin(const config::Table& table, const RecordedOutline& outline, std::string_view key, double fallback,
                double start) {
  const double bin = table.quantity(key, "ms", fallback, config::positive);
  const double measured = outline.duration - start;
  if (table.has(key) && measured > 0 && measured < 2 * bin)
    table.error(
        key, fmt::format("a bin of {:g} ms, where {:g} ms are measured; at least two bins are needed", bin, measured));
  return bin;
}

void each_population(const Recorded& recorded, double start,
                     const std::function<void(const RecordedPopulation&, const Window&)>& take) {
  const Window window{std::max(start, recorded.start), recorded.stop};
  if (!(window.start < window.stop)) return;
  for (const RecordedPopulation& population : recorded.populations)
    if (population.spikes.size > 0) take(population, window);
}

Measured row_of(const RecordedPopulation& population, std::uint64_t seed, std::string_view measure, double value,
                double n) {
  const double none = std::nan("");
  return {population.name, std::string(measure), "", seed, value, none, none, n};
}

}  // namespace cajal::analysis
