#include "analysis/synchrony.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/population_window.hpp"
#include "analysis/trial_spikes.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"synchrony"};

Findings take_populations(const Recorded& recorded, double start, double width) {
  Findings found;
  each_population(recorded, start, [&](const RecordedPopulation& p, const Window& window) {
    if (window.stop - window.start < 2 * width)
      return found.leave_out(
          fmt::format("synchrony: {:g} ms are not two bins of {:g} ms", window.stop - window.start, width));
    const Synchrony s = synchrony(p.spikes, window, width);
    if (s.chi)
      found.rows.push_back(row_of(p, recorded.seed, numbers[0], *s.chi, static_cast<double>(s.units)));
    else
      found.leave_out(fmt::format("synchrony: {} has not two units whose counts vary", p.name));
  });
  return found;
}

/// Mean over the trials in which two units or more fire.
void take_trials(const RecordedRun& run, const RecordedNode& node, std::optional<double> width, Findings& found) {
  const TrialSpikes all(run, node);
  const Spikes of_all = all.spikes();
  const double bin = width.value_or(run.dt);
  if (all.window().stop < 2 * bin)
    return found.leave_out(fmt::format("synchrony: a trial of {} of {:g} ms is not two bins of {:g} ms", run.learner,
                                       all.window().stop, bin));
  double sum = 0, counted = 0;
  for (std::size_t trial = 0; trial < run.spike_samples; ++trial) {
    std::vector<double> times;
    std::vector<std::uint64_t> units;
    for (std::size_t i = 0; i < of_all.times.size(); ++i)
      if (of_all.units[i] / node.units == trial) {
        times.push_back(of_all.times[i]);
        units.push_back(of_all.units[i] % node.units);
      }
    const Synchrony s = synchrony({times, units, node.units}, all.window(), bin);
    if (!s.chi) continue;
    sum += *s.chi;
    ++counted;
  }
  if (counted > 0)
    found.rows.push_back(row_of(run, numbers[0], node.name, sum / counted, counted));
  else
    found.leave_out(
        fmt::format("synchrony: {} (seed {}) has no trial in which two units fire", shown_node(run, node), run.seed));
}

Findings take_nodes(const Recorded& recorded, const NodeChoice& choice, std::optional<double> width) {
  Findings found;
  each_spiking_node(recorded, choice, "synchrony", found,
                    [&](const RecordedRun& run, const RecordedNode& node) { take_trials(run, node, width, found); });
  return found;
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  if (outline.simulation) {
    const double start = read_start(table, outline);
    const double width = read_bin(table, outline, "bin", 5, start);
    return [=](const Recorded& recorded) { return take_populations(recorded, start, width); };
  }
  const NodeChoice choice = NodeChoice::read(table, outline);
  const std::optional<double> width = table.quantity("bin", "ms", config::positive);
  return [=](const Recorded& recorded) { return take_nodes(recorded, choice, width); };
}

}  // namespace

Synchrony synchrony(const Spikes& spikes, const Window& window, double width) {
  spikes.check("synchrony");
  window.check("synchrony");
  const Bins bins(window, width, "synchrony");
  std::vector<BinCount> counts = bin_counts(spikes, bins);
  // Sums of whole numbers: exact. Bins without spikes are as many as time is long and are not looked at.
  Synchrony out;
  double single = 0;
  std::vector<BinCount> varying;
  for (auto first = counts.begin(); first != counts.end();) {
    const auto end = std::find_if(first, counts.end(), [&](const BinCount& c) { return c.unit != first->unit; });
    double sum = 0, squares = 0;
    for (auto c = first; c != end; ++c) {
      sum += c->count;
      squares += c->count * c->count;
    }
    const double varies = bins.count * squares - sum * sum;
    if (varies > 0.5) {
      single += varies;
      ++out.units;
      varying.insert(varying.end(), first, end);
    }
    first = end;
  }
  if (out.units < 2) return out;
  std::stable_sort(varying.begin(), varying.end(), [](const BinCount& a, const BinCount& b) { return a.bin < b.bin; });
  double sum = 0, squares = 0;
  for (auto c = varying.begin(); c != varying.end();) {
    double in_bin = 0;
    for (const double bin = c->bin; c != varying.end() && c->bin == bin; ++c) in_bin += c->count;
    sum += in_bin;
    squares += in_bin * in_bin;
  }
  const double together = bins.count * squares - sum * sum;
  out.chi = std::sqrt(together / (static_cast<double>(out.units) * single));
  return out;
}

const RecordedMeasure synchrony_measure{
    synchrony_entry, RecordedMeasure::Taken::if_asked, RecordedMeasure::Taken::by_default, false, numbers, make};

}  // namespace cajal::analysis
