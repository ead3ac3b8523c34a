#include "analysis/rates.hpp"

namespace cajal::analysis {

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

}  // namespace cajal::analysis
