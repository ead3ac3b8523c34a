#include "learning/classical/baseline.hpp"

#include <algorithm>

namespace cajal::classical {

std::string Baseline::fit(const Samples& train, Team&, const std::atomic<bool>&) {
  mean.assign(train.outputs(), 0.0);
  for (std::size_t i = 0; i < train.size(); ++i)
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += train.target(i, k);
  for (double& m : mean) m /= static_cast<double>(train.size());
  return "";
}

void Baseline::scores(const Samples& samples, std::span<double> scores, Team&) const {
  for (std::size_t i = 0; i < samples.size(); ++i)
    std::copy(mean.begin(), mean.end(), scores.begin() + static_cast<std::ptrdiff_t>(i * mean.size()));
}

std::vector<Array> Baseline::arrays(const Shape& shape) const {
  return {{"mean", "share of each class, or mean of each target", {"output"}, {shape.outputs}, mean}};
}

void Baseline::restore(std::vector<Array> arrays, const Shape&) {
  mean = std::get<std::vector<double>>(std::move(arrays[0].values));
}

}  // namespace cajal::classical
