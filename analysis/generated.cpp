#include "analysis/generated.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/error.hpp"

namespace cajal::analysis {

Generated generated(std::span<const double> logits, std::size_t classes) {
  if (classes == 0 || logits.empty() || logits.size() % classes != 0) throw Error("generated: no whole rows of logits");
  const std::size_t samples = logits.size() / classes;
  std::vector<bool> seen(classes, false);
  Generated g;
  for (std::size_t s = 0; s < samples; ++s) {
    const auto row = logits.subspan(s * classes, classes);
    const auto best = std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const double z : row) sum += std::exp(z - *best);
    g.confidence += 1 / sum / static_cast<double>(samples);
    seen[static_cast<std::size_t>(best - row.begin())] = true;
  }
  g.coverage = static_cast<double>(std::count(seen.begin(), seen.end(), true)) / static_cast<double>(classes);
  return g;
}

}  // namespace cajal::analysis
