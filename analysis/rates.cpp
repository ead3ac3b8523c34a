#include "analysis/rates.hpp"

#include "analysis/population_window.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"rate"};

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const double start = read_start(table, outline);
  return [=](const Recorded& recorded) {
    Findings found;
    each_population(recorded, start, [&](const RecordedPopulation& p, const Window& window) {
      found.rows.push_back(
          row_of(p, recorded.seed, numbers[0], rates(p.spikes, window).population, static_cast<double>(p.spikes.size)));
    });
    return found;
  };
}

}  // namespace

Rates rates(const Spikes& spikes, const Window& window) {
  spikes.check("rates");
  window.check("rates");
  std::vector<double> counts(spikes.size);
  double total = 0;
  for (std::size_t i = 0; i < spikes.times.size(); ++i) {
    if (!window.contains(spikes.times[i])) continue;
    ++counts[spikes.units[i]];
    ++total;
  }
  const double seconds = (window.stop - window.start) / 1000;
  for (double& count : counts) count /= seconds;
  return {std::move(counts), total / seconds / static_cast<double>(spikes.size)};
}

const RecordedMeasure rates_measure{
    rates_entry, RecordedMeasure::Taken::never, RecordedMeasure::Taken::by_default, false, numbers, make};

}  // namespace cajal::analysis
