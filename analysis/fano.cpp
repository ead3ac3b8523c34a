#include "analysis/fano.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <vector>

#include "analysis/population_window.hpp"
#include "analysis/trial_spikes.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"fano"};

class Mean {
 public:
  /// Of n counts their sum and the sum of their squares.
  void add(double sum, double squares, double n) {
    if (!(sum > 0)) return;
    total_ += (squares - sum * sum / n) / (n - 1) / (sum / n);
    ++counted_;
  }
  FanoFactor get() const {
    FanoFactor out{{}, counted_};
    if (counted_ > 0) out.mean = total_ / static_cast<double>(counted_);
    return out;
  }

 private:
  double total_ = 0;
  std::size_t counted_ = 0;
};

Findings take_populations(const Recorded& recorded, double start, double width) {
  Findings found;
  each_population(recorded, start, [&](const RecordedPopulation& p, const Window& window) {
    if (window.stop - window.start < 2 * width)
      return found.leave_out(
          fmt::format("fano: {:g} ms are not two windows of {:g} ms", window.stop - window.start, width));
    const FanoFactor f = fano(p.spikes, window, width);
    if (f.mean)
      found.rows.push_back(row_of(p, recorded.seed, numbers[0], *f.mean, static_cast<double>(f.counted)));
    else
      found.leave_out(fmt::format("fano: {} never fires", p.name));
  });
  return found;
}

Findings take_nodes(const Recorded& recorded, const NodeChoice& choice) {
  Findings found;
  each_spiking_node(recorded, choice, "fano", found, [&](const RecordedRun& run, const RecordedNode& node) {
    if (run.label.size() != run.samples)
      return found.leave_out(fmt::format("fano: the samples that {} was shown have no classes", run.learner));
    std::vector<double> counts;
    for (const float mean : node.mean)
      counts.push_back(std::round(static_cast<double>(mean) * static_cast<double>(run.steps)));
    const FanoFactor f = fano(counts, node.units, run.label);
    if (f.mean)
      found.rows.push_back(row_of(run, numbers[0], node.name, *f.mean, static_cast<double>(f.counted)));
    else
      found.leave_out(
          fmt::format("fano: {} (seed {}) never fires at two samples of a class", shown_node(run, node), run.seed));
  });
  return found;
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  if (outline.simulation) {
    const double start = read_start(table, outline);
    const double width = read_bin(table, outline, "window", 100, start);
    return [=](const Recorded& recorded) { return take_populations(recorded, start, width); };
  }
  const NodeChoice choice = NodeChoice::read(table, outline);
  return [=](const Recorded& recorded) { return take_nodes(recorded, choice); };
}

}  // namespace

FanoFactor fano(const Spikes& spikes, const Window& window, double width) {
  spikes.check("fano");
  window.check("fano");
  const Bins bins(window, width, "fano");
  Mean mean;
  const std::vector<BinCount> counts = bin_counts(spikes, bins);
  for (auto c = counts.begin(); c != counts.end();) {
    double sum = 0, squares = 0;
    for (const std::uint64_t unit = c->unit; c != counts.end() && c->unit == unit; ++c) {
      sum += c->count;
      squares += c->count * c->count;
    }
    mean.add(sum, squares, bins.count);
  }
  return mean.get();
}

FanoFactor fano(std::span<const double> counts, std::size_t units, std::span<const std::int32_t> label) {
  if (units == 0 || counts.size() != label.size() * units)
    throw Error(fmt::format("{} counts for {} labels and {} units", counts.size(), label.size(), units));
  std::map<std::int32_t, std::vector<std::size_t>> classes;
  for (std::size_t s = 0; s < label.size(); ++s)
    if (label[s] >= 0) classes[label[s]].push_back(s);
  Mean mean;
  for (const auto& [name, samples] : classes) {
    if (samples.size() < 2) continue;
    for (std::size_t u = 0; u < units; ++u) {
      double sum = 0, squares = 0;
      for (const std::size_t s : samples) {
        sum += counts[s * units + u];
        squares += counts[s * units + u] * counts[s * units + u];
      }
      mean.add(sum, squares, static_cast<double>(samples.size()));
    }
  }
  return mean.get();
}

const RecordedMeasure fano_measure{
    fano_entry, RecordedMeasure::Taken::if_asked, RecordedMeasure::Taken::by_default, false, numbers, make};

}  // namespace cajal::analysis
