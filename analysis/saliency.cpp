#include "analysis/saliency.hpp"

#include <fmt/format.h>

#include "sim/error.hpp"

namespace cajal::analysis {

std::vector<double> gradient_times_input(std::span<const float> x, std::span<const double> gradient) {
  if (x.size() != gradient.size())
    throw Error(fmt::format("saliency: {} values with {} derivatives", x.size(), gradient.size()));
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = static_cast<double>(x[i]) * gradient[i];
  return out;
}

std::vector<double> integrated_gradients(std::span<const float> x, std::size_t steps, const ScoreGradient& gradient) {
  if (steps == 0) throw Error("integrated gradients: no steps");
  std::vector<float> rows;
  rows.reserve(steps * x.size());
  for (std::size_t k = 0; k < steps; ++k) {
    const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(steps);
    for (const float value : x) rows.push_back(static_cast<float>(share * static_cast<double>(value)));
  }
  const std::vector<double> g = gradient(rows);
  if (g.size() != rows.size())
    throw Error(fmt::format("integrated gradients: {} derivatives for {} values", g.size(), rows.size()));
  std::vector<double> mean(x.size(), 0.0);
  for (std::size_t k = 0; k < steps; ++k)
    for (std::size_t i = 0; i < x.size(); ++i) mean[i] += g[k * x.size() + i] / static_cast<double>(steps);
  return gradient_times_input(x, mean);
}

}  // namespace cajal::analysis
