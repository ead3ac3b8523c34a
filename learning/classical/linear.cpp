#include "learning/classical/linear.hpp"

#include <algorithm>

namespace cajal::classical {

void Linear::assign(const Matrix& w, std::span<const double> centre, std::span<const double> at_centre) {
  weight.assign(w.columns() * w.rows(), 0.0);
  bias.assign(at_centre.begin(), at_centre.end());
  for (std::size_t k = 0; k < w.columns(); ++k)
    for (std::size_t f = 0; f < w.rows(); ++f) {
      weight[k * w.rows() + f] = w[f][k];
      bias[k] -= w[f][k] * centre[f];
    }
}

void Linear::scores(const Samples& samples, std::span<double> scores, Team& team) const {
  const std::size_t outputs = bias.size(), features = samples.dataset.features;
  Matrix w(features, outputs);
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t f = 0; f < features; ++f) w[f][k] = weight[k * features + f];
  // In parts, so that a large data set is not held twice.
  constexpr std::size_t part = 4096;
  for (std::size_t begin = 0; begin < samples.size(); begin += part) {
    const Samples some{samples.dataset, samples.index.subspan(begin, std::min(part, samples.size() - begin))};
    const Matrix z = product(some.matrix({}), w, team);
    for (std::size_t i = 0; i < some.size(); ++i)
      for (std::size_t k = 0; k < outputs; ++k) scores[(begin + i) * outputs + k] = z[i][k] + bias[k];
  }
}

std::vector<Array> Linear::arrays(const Shape& shape) const {
  return {{"weight",
           "change of each score by each feature",
           {"output", "feature"},
           {shape.outputs, shape.features},
           weight},
          {"bias", "score where all features are 0", {"output"}, {shape.outputs}, bias}};
}

void Linear::restore(std::vector<Array> arrays, const Shape&) {
  weight = std::get<std::vector<double>>(std::move(arrays[0].values));
  bias = std::get<std::vector<double>>(std::move(arrays[1].values));
}

}  // namespace cajal::classical
