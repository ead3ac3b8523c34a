#include "models/edges/orthogonal.hpp"

#include <array>
#include <cmath>

namespace cajal {

namespace {

double dot(const double* a, const double* b, std::size_t size) {
  // Eight sums side by side fill the vector registers.
  std::array<double, 8> sums{};
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8)
    for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
  double sum = 0;
  for (const double s : sums) sum += s;
  for (; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

void orthonormalise(std::vector<double>& v, std::size_t count, std::size_t size) {
  for (std::size_t i = 0; i < count; ++i) {
    double* const x = v.data() + i * size;
    // Once leaves what rounding brought back; twice is enough.
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t j = 0; j < i; ++j) {
        const double* const q = v.data() + j * size;
        const double along = dot(q, x, size);
        for (std::size_t k = 0; k < size; ++k) x[k] -= along * q[k];
      }
    const double length = std::sqrt(dot(x, x, size));
    for (std::size_t k = 0; k < size; ++k) x[k] /= length;
  }
}

std::vector<double> transposed(const std::vector<double>& m, std::size_t rows, std::size_t columns) {
  std::vector<double> out(m.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) out[c * rows + r] = m[r * columns + c];
  return out;
}

}  // namespace

void make_orthogonal(std::vector<double>& matrix, std::size_t rows, std::size_t columns) {
  if (rows <= columns) return orthonormalise(matrix, rows, columns);
  std::vector<double> turned = transposed(matrix, rows, columns);
  orthonormalise(turned, columns, rows);
  matrix = transposed(turned, columns, rows);
}

}  // namespace cajal
