#include "analysis/spikes.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

/// Spike times are rounded: those within this share of a bin behind its end still belong to it.
constexpr double slack = 1e-6;
constexpr double most_bins = 0x1p52;

}  // namespace

void Spikes::check(const char* measure) const {
  const std::string start = std::string(measure) + ": ";
  if (size == 0) throw Error(start + "a population of no units");
  if (times.size() != units.size())
    throw Error(start + std::to_string(times.size()) + " spike times for " + std::to_string(units.size()) + " units");
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (units[i] >= size)
      throw Error(start + "a spike of unit " + std::to_string(units[i]) + " in a population of " +
                  std::to_string(size));
    if (!std::isfinite(times[i])) throw Error(start + "the time of spike " + std::to_string(i) + " is not finite");
  }
}

void Window::check(const char* measure) const {
  if (!(stop > start) || !std::isfinite(stop - start))
    throw Error(std::string(measure) + ": no time from " + std::to_string(start) + " to " + std::to_string(stop) +
                " ms");
}

Bins::Bins(const Window& of, double w, const char* measure)
    : window(of), width(w), count(std::floor((of.stop - of.start) / w + slack)) {
  if (!(width > 0) || !(count >= 2 && count <= most_bins))
    throw Error(std::string(measure) + ": a window of " + std::to_string(window.stop - window.start) +
                " ms has not 2 to 2^52 bins");
}

double Bins::bin_of(double time) const { return std::max(0.0, std::ceil((time - window.start) / width - slack) - 1); }

std::vector<BinCount> bin_counts(const Spikes& spikes, const Bins& bins, const std::vector<bool>& wanted) {
  std::vector<BinCount> single;
  for (std::size_t i = 0; i < spikes.times.size(); ++i) {
    if (!(wanted.empty() || wanted[spikes.units[i]]) || !bins.window.contains(spikes.times[i])) continue;
    const double bin = bins.bin_of(spikes.times[i]);
    if (bin < bins.count) single.push_back({spikes.units[i], bin, 1});
  }
  std::sort(single.begin(), single.end(),
            [](const BinCount& a, const BinCount& b) { return a.unit != b.unit ? a.unit < b.unit : a.bin < b.bin; });
  std::vector<BinCount> out;
  for (const BinCount& c : single)
    if (!out.empty() && out.back().unit == c.unit && out.back().bin == c.bin)
      ++out.back().count;
    else
      out.push_back(c);
  return out;
}

}  // namespace cajal::analysis
