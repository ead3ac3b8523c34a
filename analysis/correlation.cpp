#include "analysis/correlation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/population_window.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"correlation"};

/// Which of `size` units are drawn.
std::vector<bool> drawn(std::size_t size, std::size_t count, const Stream& stream) {
  if (count >= size) return std::vector<bool>(size, true);
  std::vector<bool> out(size, false);
  Draws draws(stream, 0);
  for (std::size_t last = size - count; last < size; ++last) {
    const auto unit = static_cast<std::size_t>(draws.below(last + 1));
    out[out[unit] ? last : unit] = true;
  }
  return out;
}

Findings take(const Recorded& recorded, double start, double bin, std::size_t units) {
  Findings found;
  each_population(recorded, start, [&](const RecordedPopulation& p, const Window& window) {
    if (window.stop - window.start < 2 * bin) return;
    const Stream stream(recorded.seed, "measure.correlation." + p.name);
    const Correlation c = correlation(p.spikes, window, bin, units, stream);
    if (c.mean)
      found.rows.push_back(row_of(p, recorded.seed, numbers[0], *c.mean, static_cast<double>(c.pairs)));
    else
      found.leave_out(fmt::format("correlation: {} has not two units whose counts vary", p.name));
  });
  return found;
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const double start = read_start(table, outline);
  const double bin = read_bin(table, outline, "bin", 5, start);
  const auto units = static_cast<std::size_t>(table.integer("units", 200, 2, INT64_MAX));
  return [=](const Recorded& recorded) { return take(recorded, start, bin, units); };
}

}  // namespace

Correlation correlation(const Spikes& spikes, const Window& window, double bin, std::size_t most_units,
                        const Stream& stream) {
  spikes.check("correlation");
  window.check("correlation");
  const Bins all(window, bin, "correlation");
  const double bins = all.count;
  std::vector<BinCount> counts = bin_counts(spikes, all, drawn(spikes.size, most_units, stream));

  // Bins without spikes are as many as time is long: what they add to a sum is known without looking at each.
  Correlation out;
  double means = 0;
  for (auto first = counts.begin(); first != counts.end();) {
    const auto end = std::find_if(first, counts.end(), [&](const BinCount& c) { return c.unit != first->unit; });
    double sum = 0, squares = 0;
    for (auto c = first; c != end; ++c) sum += c->count, squares += c->count * c->count;
    // Whole numbers: 0 or at least 1.
    const double varies = bins * squares - sum * sum;
    const double norm = std::sqrt(varies / bins);
    for (auto c = first; c != end; ++c) c->count = varies > 0.5 ? c->count / norm : 0;
    if (varies > 0.5) {
      means += sum / bins / norm;
      ++out.units;
    }
    first = end;
  }
  if (out.units < 2) return out;
  std::stable_sort(counts.begin(), counts.end(), [](const BinCount& a, const BinCount& b) { return a.bin < b.bin; });
  double square = 0, occupied = 0;
  for (auto c = counts.begin(); c != counts.end(); ++occupied) {
    const double at = c->bin;
    double sum = -means;
    for (; c != counts.end() && c->bin == at; ++c) sum += c->count;
    square += sum * sum;
  }
  square += (bins - occupied) * means * means;
  const auto n = static_cast<double>(out.units);
  out.pairs = out.units * (out.units - 1) / 2;
  out.mean = (square - n) / (n * (n - 1));
  return out;
}

const RecordedMeasure correlation_measure{
    correlation_entry, RecordedMeasure::Taken::never, RecordedMeasure::Taken::by_default, false, numbers, make};

}  // namespace cajal::analysis
