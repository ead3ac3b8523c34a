#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/number/aligned.hpp"
#include "sim/parallel/team.hpp"

/// Products and decompositions of matrices in double, for what is fitted at once. Products are those of sim/dense.hpp:
/// their bits depend on the numbers alone, not on the size of the team.
namespace cajal {

/// A matrix [rows][columns] in double. Rows are padded with zeros to whole packs of 16.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double* operator[](std::size_t row) { return values_.data() + row * stride_; }
  const double* operator[](std::size_t row) const { return values_.data() + row * stride_; }
  Matrix transposed() const;
  /// Bytes that such a matrix takes.
  static double bytes(double rows, double columns);

 private:
  std::size_t rows_ = 0, columns_ = 0, stride_ = 0;
  AlignedVector<double> values_;
};

/// x^T g: [x.columns][g.columns], each number an fma over ascending rows. Throws Error if the rows are not as many.
Matrix transposed_product(const Matrix& x, const Matrix& g, Team& team);

/// x w: [x.rows][w.columns], each number an fma over ascending columns of x. Throws Error if the sizes do not fit.
Matrix product(const Matrix& x, const Matrix& w, Team& team);

/// The solution of A x = b for a symmetric A >= 0, by Cholesky's decomposition; where A is singular to working
/// precision, the shortest of those that come closest, from the eigenvectors of A. Throws Error if A is not square or
/// b has not as many rows.
Matrix solve_symmetric(const Matrix& a, const Matrix& b);

/// Eigenvalues in descending order and their vectors, a row each, of a symmetric matrix. The entry of a vector that is
/// largest in magnitude is positive.
struct Eigensystem {
  std::vector<double> values;
  Matrix vectors;
};
Eigensystem eigen_symmetric(const Matrix& a);

}  // namespace cajal
