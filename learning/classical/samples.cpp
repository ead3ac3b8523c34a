#include "learning/classical/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal::classical {

Matrix Samples::matrix(std::span<const double> centre) const {
  Matrix out(size(), dataset.features);
  for (std::size_t i = 0; i < size(); ++i) {
    const auto row = x(i);
    for (std::size_t f = 0; f < row.size(); ++f)
      out[i][f] = static_cast<double>(row[f]) - (centre.empty() ? 0.0 : centre[f]);
  }
  return out;
}

std::vector<double> Samples::mean() const {
  std::vector<double> sum(dataset.features, 0.0);
  for (std::size_t i = 0; i < size(); ++i) {
    const auto row = x(i);
    for (std::size_t f = 0; f < row.size(); ++f) sum[f] += static_cast<double>(row[f]);
  }
  for (double& s : sum) s /= static_cast<double>(size());
  return sum;
}

std::vector<double> Samples::class_counts() const {
  std::vector<double> count(dataset.classes, 0.0);
  for (std::size_t i = 0; i < size(); ++i) count[static_cast<std::size_t>(label(i))] += 1;
  return count;
}

void log_softmax(std::span<double> z) {
  const double largest = *std::max_element(z.begin(), z.end());
  double sum = 0;
  for (double v : z) sum += std::exp(v - largest);
  for (double& v : z) v -= largest + std::log(sum);
}

void log_posterior(std::span<const double> prior, std::span<double> z) {
  for (std::size_t k = 0; k < z.size(); ++k)
    if (!(prior[k] > 0)) z[k] = -std::numeric_limits<double>::infinity();
  log_softmax(z);
  constexpr auto lowest = static_cast<double>(std::numeric_limits<float>::lowest());
  for (double& v : z) v = std::max(v, lowest);
}

}  // namespace cajal::classical
