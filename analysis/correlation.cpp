#include "analysis/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

/// Spike times are rounded: those within this share of a bin behind its end still belong to it.
constexpr double slack = 1e-6;
constexpr double most_bins = 0x1p52;

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

/// Spikes of a unit in a bin, then divided by the norm of its centred counts.
struct Count {
  std::uint64_t unit = 0;
  double bin = 0, value = 1;
};

std::vector<Count> counts_of(const Spikes& spikes, const Window& window, double width, double bins,
                             const std::vector<bool>& wanted) {
  std::vector<Count> single;
  for (std::size_t i = 0; i < spikes.times.size(); ++i) {
    if (!wanted[spikes.units[i]] || !window.contains(spikes.times[i])) continue;
    const double bin = std::max(0.0, std::ceil((spikes.times[i] - window.start) / width - slack) - 1);
    if (bin < bins) single.push_back({spikes.units[i], bin, 1});
  }
  std::sort(single.begin(), single.end(),
            [](const Count& a, const Count& b) { return a.unit != b.unit ? a.unit < b.unit : a.bin < b.bin; });
  std::vector<Count> out;
  for (const Count& c : single)
    if (!out.empty() && out.back().unit == c.unit && out.back().bin == c.bin)
      ++out.back().value;
    else
      out.push_back(c);
  return out;
}

}  // namespace

Correlation correlation(const Spikes& spikes, const Window& window, double bin, std::size_t most_units,
                        const Stream& stream) {
  spikes.check("correlation");
  window.check("correlation");
  const double bins = std::floor((window.stop - window.start) / bin + slack);
  if (!(bin > 0) || !(bins >= 2 && bins <= most_bins))
    throw Error("correlation: a window of " + std::to_string(window.stop - window.start) +
                " ms has not 2 to 2^52 bins");
  std::vector<Count> counts = counts_of(spikes, window, bin, bins, drawn(spikes.size, most_units, stream));

  // Bins without spikes are as many as time is long: what they add to a sum is known without looking at each.
  Correlation out;
  double means = 0;
  for (auto first = counts.begin(); first != counts.end();) {
    const auto end = std::find_if(first, counts.end(), [&](const Count& c) { return c.unit != first->unit; });
    double sum = 0, squares = 0;
    for (auto c = first; c != end; ++c) sum += c->value, squares += c->value * c->value;
    // Whole numbers: 0 or at least 1.
    const double varies = bins * squares - sum * sum;
    const double norm = std::sqrt(varies / bins);
    for (auto c = first; c != end; ++c) c->value = varies > 0.5 ? c->value / norm : 0;
    if (varies > 0.5) {
      means += sum / bins / norm;
      ++out.units;
    }
    first = end;
  }
  if (out.units < 2) return out;
  std::stable_sort(counts.begin(), counts.end(), [](const Count& a, const Count& b) { return a.bin < b.bin; });
  double square = 0, occupied = 0;
  for (auto c = counts.begin(); c != counts.end(); ++occupied) {
    const double at = c->bin;
    double sum = -means;
    for (; c != counts.end() && c->bin == at; ++c) sum += c->value;
    square += sum * sum;
  }
  square += (bins - occupied) * means * means;
  const auto n = static_cast<double>(out.units);
  out.pairs = out.units * (out.units - 1) / 2;
  out.mean = (square - n) / (n * (n - 1));
  return out;
}

}  // namespace cajal::analysis
