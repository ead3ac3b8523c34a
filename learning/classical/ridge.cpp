#include "learning/classical/ridge.hpp"

#include <algorithm>

namespace cajal::classical {

namespace {

void add_to_diagonal(Matrix& m, double alpha) {
  for (std::size_t i = 0; i < m.rows(); ++i) m[i][i] += alpha;
}

/// W^T [feature][output]
Matrix solve(const Matrix& x, const Matrix& y, double alpha, Team& team) {
  if (x.columns() <= x.rows()) {
    Matrix a = transposed_product(x, x, team);
    add_to_diagonal(a, alpha);
    return solve_symmetric(a, transposed_product(x, y, team));
  }
  const Matrix transposed = x.transposed();
  Matrix a = transposed_product(transposed, transposed, team);
  add_to_diagonal(a, alpha);
  return transposed_product(x, solve_symmetric(a, y), team);
}

}  // namespace

std::string Ridge::fit(const Samples& train, Team& team, const std::atomic<bool>&) {
  const std::size_t outputs = train.outputs();
  const std::vector<double> centre = train.mean();
  std::vector<double> mean(outputs, 0.0);
  Matrix y(train.size(), outputs);
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t i = 0; i < train.size(); ++i) mean[k] += train.target(i, k);
    mean[k] /= static_cast<double>(train.size());
    for (std::size_t i = 0; i < train.size(); ++i) y[i][k] = train.target(i, k) - mean[k];
  }
  const Matrix w = solve(train.matrix(centre), y, alpha, team);
  assign(w, centre, mean);
  return "";
}

double Ridge::bytes(const Shape& shape) {
  const auto n = static_cast<double>(shape.samples), f = static_cast<double>(shape.features);
  const double smaller = std::min(n, f);
  return Matrix::bytes(n, f) * (f > n ? 2 : 1) + 4 * Matrix::bytes(smaller, smaller);
}

}  // namespace cajal::classical
