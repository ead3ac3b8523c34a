#include "models/inputs/poisson_distribution.hpp"

#include <algorithm>

namespace cajal {

void PoissonDistribution::assign(double mean) {
  mean_ = mean;
  first_ = 0;
  cumulative_.clear();
  if (!(mean > 0)) return;
  // Outwards from the mode, so that each factor is at most 1; far below the resolution, since many add up.
  constexpr long double least = 0x1p-72L;
  const auto mode = static_cast<std::uint32_t>(mean);
  const long double m = mean;
  std::vector<long double> probability;  // relative to that of the mode
  std::uint32_t k = mode;
  for (long double p = 1; p > least; --k) {
    probability.push_back(p);
    if (k == 0) break;
    p *= static_cast<long double>(k) / m;
  }
  const std::uint32_t lowest = mode + 1 - static_cast<std::uint32_t>(probability.size());
  std::reverse(probability.begin(), probability.end());
  k = mode + 1;
  for (long double p = m / k; p > least; p *= m / ++k) probability.push_back(p);

  // Each tail is summed from its far end, where its smallest terms are.
  long double below = 0, above = 0;
  const std::size_t at_mode = mode - lowest;
  for (std::size_t i = 0; i <= at_mode; ++i) below += probability[i];
  for (std::size_t i = probability.size(); i-- > at_mode + 1;) above += probability[i];
  const long double scale = 0x1p64L / (below + above);
  const auto rounded = [scale](long double sum) { return static_cast<std::uint64_t>(sum * scale + 0.5L); };
  first_ = lowest;
  long double sum = 0;
  for (std::size_t i = 0; i < at_mode; ++i) {
    sum += probability[i];
    if (const std::uint64_t c = rounded(sum); c > 0)
      cumulative_.push_back(c);
    else
      ++first_;
  }
  const std::size_t lower = cumulative_.size();
  sum = 0;
  for (std::size_t i = probability.size() - 1; i-- > at_mode;) {
    sum += probability[i + 1];
    if (const std::uint64_t c = rounded(sum); c > 0) cumulative_.push_back(0 - c);
  }
  std::reverse(cumulative_.begin() + static_cast<std::ptrdiff_t>(lower), cumulative_.end());
}

std::uint32_t PoissonDistribution::count(std::uint64_t uniform) const {
  const auto passed = std::upper_bound(cumulative_.begin(), cumulative_.end(), uniform) - cumulative_.begin();
  return first_ + static_cast<std::uint32_t>(passed);
}

}  // namespace cajal
