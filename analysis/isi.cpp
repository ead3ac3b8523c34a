#include "analysis/isi.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace cajal::analysis
