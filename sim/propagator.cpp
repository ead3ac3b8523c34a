#include "sim/propagator.hpp"

// A handful of small matrices at build time: scalar code is enough, and GCC 12 warns about Eigen's AVX-512 code.
#define EIGEN_DONT_VECTORIZE
#include <Eigen/Dense>
#include <unsupported/Eigen/MatrixFunctions>

namespace cajal {

namespace {
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
}

std::vector<double> matrix_exponential(const std::vector<double>& matrix, std::size_t n) {
  const auto size = static_cast<Eigen::Index>(n);
  const Matrix m = Eigen::Map<const Matrix>(matrix.data(), size, size);
  const Matrix e = m.exp();
  return {e.data(), e.data() + e.size()};
}

Propagator propagator(const LinearMembrane& membrane, double h) {
  // The constants join the state as two variables that do not change: the current and 1.
  const std::size_t n = membrane.n, size = n + 2;
  std::vector<double> joint(size * size, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) joint[i * size + j] = membrane.A[i * n + j] * h;
    joint[i * size + n] = membrane.B[i] * h;
    joint[i * size + n + 1] = membrane.c[i] * h;
  }
  const std::vector<double> e = matrix_exponential(joint, size);
  Propagator p;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) p.P.push_back(e[i * size + j]);
    p.B.push_back(e[i * size + n]);
    p.c.push_back(e[i * size + n + 1]);
  }
  return p;
}

std::vector<double> receptor_propagator(const LinearMembrane& membrane, const ReceptorSystem& receptor, double h) {
  const std::size_t n = membrane.n, states = receptor.states, size = n + states;
  std::vector<double> joint(size * size, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) joint[i * size + j] = membrane.A[i * n + j] * h;
    for (std::size_t r = 0; r < states; ++r) joint[i * size + n + r] = membrane.B[i] * receptor.current[r] * h;
  }
  for (std::size_t r = 0; r < states; ++r)
    for (std::size_t q = 0; q < states; ++q) joint[(n + r) * size + n + q] = receptor.rate[r * states + q] * h;
  const std::vector<double> e = matrix_exponential(joint, size);
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t r = 0; r < states; ++r) out.push_back(e[i * size + n + r]);
  return out;
}

}  // namespace cajal
