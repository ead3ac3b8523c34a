#include "analysis/isi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/population_window.hpp"
#include "analysis/trial_spikes.hpp"

namespace cajal::analysis {

namespace {

std::optional<double> variation(std::vector<double>& times) {
  if (times.size() < 3) return {};
  std::sort(times.begin(), times.end());
  const double intervals = static_cast<double>(times.size() - 1);
  const double mean = (times.back() - times.front()) / intervals;
  if (mean == 0) return {};
  double squares = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double deviation = times[i] - times[i - 1] - mean;
    squares += deviation * deviation;
  }
  return std::sqrt(squares / intervals) / mean;
}

constexpr std::string_view numbers[] = {"isi_cv"};

Findings take_populations(const Recorded& recorded, double start) {
  Findings found;
  each_population(recorded, start, [&](const RecordedPopulation& p, const Window& window) {
    const IntervalVariation cv = isi_variation(p.spikes, window);
    if (cv.mean)
      found.rows.push_back(row_of(p, recorded.seed, numbers[0], *cv.mean, static_cast<double>(cv.counted)));
    else
      found.leave_out(fmt::format("isi: no unit of {} fires three times", p.name));
  });
  return found;
}

Findings take_nodes(const Recorded& recorded, const NodeChoice& choice) {
  Findings found;
  each_spiking_node(recorded, choice, "isi", found, [&](const RecordedRun& run, const RecordedNode& node) {
    const TrialSpikes trials(run, node);
    IntervalVariation cv;
    if (run.spike_samples > 0) cv = isi_variation(trials.spikes(), trials.window());
    if (cv.mean)
      found.rows.push_back(row_of(run, numbers[0], node.name, *cv.mean, static_cast<double>(cv.counted)));
    else
      found.leave_out(fmt::format("isi: no unit of {} (seed {}) fires three times in one of the first {} trials",
                                  shown_node(run, node), run.seed, run.spike_samples));
  });
  return found;
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  if (outline.simulation) {
    const double start = read_start(table, outline);
    return [=](const Recorded& recorded) { return take_populations(recorded, start); };
  }
  const NodeChoice choice = NodeChoice::read(table, outline);
  return [=](const Recorded& recorded) { return take_nodes(recorded, choice); };
}

}  // namespace

IntervalVariation isi_variation(const Spikes& spikes, const Window& window) {
  spikes.check("isi");
  window.check("isi");
  std::vector<std::vector<double>> trains(spikes.size);
  for (std::size_t i = 0; i < spikes.times.size(); ++i)
    if (window.contains(spikes.times[i])) trains[spikes.units[i]].push_back(spikes.times[i]);
  IntervalVariation out;
  double sum = 0;
  for (std::vector<double>& train : trains) {
    out.units.push_back(variation(train));
    if (!out.units.back()) continue;
    sum += *out.units.back();
    ++out.counted;
  }
  if (out.counted > 0) out.mean = sum / static_cast<double>(out.counted);
  return out;
}

const RecordedMeasure isi_measure{
    isi_entry, RecordedMeasure::Taken::if_asked, RecordedMeasure::Taken::by_default, false, numbers, make};

}  // namespace cajal::analysis
