#pragma once

#include <span>
#include <vector>

#include "learning/classical/samples.hpp"

namespace cajal::classical {

/// What a linear learner has found: scores_k = sum_f weight_kf x_f + bias_k.
struct Linear {
  std::vector<double> weight;  ///< [output][feature]
  std::vector<double> bias;    ///< [output]

  /// Sets weights [feature][output] for features that are x - centre, and the score at x = centre.
  void assign(const Matrix& w, std::span<const double> centre, std::span<const double> at_centre);
  /// scores [sample][output]
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  std::vector<Array> arrays(const Shape& shape) const;
  void restore(std::vector<Array> arrays, const Shape& shape);
  static std::size_t parameters(const Shape& shape) { return (shape.features + 1) * shape.outputs; }
};

}  // namespace cajal::classical
