#include "learning/linear_algebra.hpp"

#include <fmt/format.h>

// As in every file that includes Eigen: its templates must be compiled one way in all of them. The large products are
// not done here.
#define EIGEN_DONT_VECTORIZE
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/dense.hpp"
#include "sim/error.hpp"

namespace cajal {

namespace {

using Square = Eigen::MatrixXd;

std::vector<const double*> row_list(const Matrix& m) {
  std::vector<const double*> rows(m.rows());
  for (std::size_t r = 0; r < rows.size(); ++r) rows[r] = m[r];
  return rows;
}

Square to_eigen(const Matrix& m) {
  Square out(static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.columns()));
  for (std::size_t r = 0; r < m.rows(); ++r)
    for (std::size_t c = 0; c < m.columns(); ++c)
      out(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) = m[r][c];
  return out;
}

Matrix from_eigen(const Square& m) {
  Matrix out(static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols()));
  for (std::size_t r = 0; r < out.rows(); ++r)
    for (std::size_t c = 0; c < out.columns(); ++c)
      out[r][c] = m(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c));
  return out;
}

void check_square(const Matrix& a) {
  if (a.rows() != a.columns()) throw Error(fmt::format("a matrix [{}, {}] is not square", a.rows(), a.columns()));
}

/// V max(L, 0)^-1 V^T b, without what is rounding.
Square least_squares(const Square& a, const Square& b) {
  const Eigen::SelfAdjointEigenSolver<Square> solver(a);
  const auto& values = solver.eigenvalues();
  const double smallest = values.maxCoeff() * static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon();
  Square inner = solver.eigenvectors().transpose() * b;
  for (Eigen::Index i = 0; i < inner.rows(); ++i) inner.row(i) *= values(i) > smallest ? 1 / values(i) : 0.0;
  return solver.eigenvectors() * inner;
}

}  // namespace

Matrix::Matrix(std::size_t rows, std::size_t columns)
    : rows_(rows), columns_(columns), stride_(padded(columns)), values_(rows * stride_, 0.0) {}

double Matrix::bytes(double rows, double columns) { return rows * (columns + 15) * sizeof(double); }

Matrix Matrix::transposed() const {
  constexpr std::size_t block = 32;
  Matrix out(columns_, rows_);
  for (std::size_t begin = 0; begin < rows_; begin += block)
    for (std::size_t c = 0; c < columns_; ++c)
      for (std::size_t r = begin; r < std::min(begin + block, rows_); ++r) out[c][r] = (*this)[r][c];
  return out;
}

Matrix transposed_product(const Matrix& x, const Matrix& g, Team& team) {
  if (x.rows() != g.rows()) throw Error(fmt::format("a product of {} and {} rows", x.rows(), g.rows()));
  const auto x_rows = row_list(x), g_rows = row_list(g);
  const std::size_t inputs = x.columns(), outputs = padded(g.columns());
  AlignedVector<double> panels(dense::panels_size<double>(inputs, outputs), 0.0);
  Matrix out(inputs, g.columns());
  team.run([&](std::size_t part) {
    const auto range = Slice{0, 1, part, team.size()}.units(padded(inputs));
    const Slice::Range rows{range.begin, std::min(range.end, inputs)};
    if (rows.begin >= rows.end) return;
    dense::weight_gradient<double>(x_rows, g_rows, rows, {0, outputs}, inputs, panels.data(), false,
                                   dense::Inputs::dense);
    for (std::size_t k = rows.begin; k < rows.end; ++k)
      for (std::size_t o = 0; o < g.columns(); ++o) out[k][o] = panels[dense::panels_index<double>(k, o, inputs)];
  });
  return out;
}

Matrix product(const Matrix& x, const Matrix& w, Team& team) {
  if (x.columns() != w.rows()) throw Error(fmt::format("a product of {} columns and {} rows", x.columns(), w.rows()));
  const std::size_t inputs = w.rows(), outputs = padded(w.columns());
  AlignedVector<double> panels(dense::panels_size<double>(inputs, outputs), 0.0);
  for (std::size_t k = 0; k < inputs; ++k)
    for (std::size_t o = 0; o < w.columns(); ++o) panels[dense::panels_index<double>(k, o, inputs)] = w[k][o];
  Matrix out(x.rows(), w.columns());
  const auto x_rows = row_list(x);
  std::vector<double*> out_rows(x.rows());
  for (std::size_t r = 0; r < x.rows(); ++r) out_rows[r] = out[r];
  team.run([&](std::size_t part) {
    const std::size_t begin = x.rows() * part / team.size(), end = x.rows() * (part + 1) / team.size();
    dense::multiply<double>({x_rows.data() + begin, end - begin}, {panels.data(), inputs, nullptr},
                            {out_rows.data() + begin, end - begin}, {0, outputs}, dense::Store::set,
                            dense::Inputs::dense);
  });
  return out;
}

Matrix solve_symmetric(const Matrix& a, const Matrix& b) {
  check_square(a);
  if (a.rows() != b.rows()) throw Error(fmt::format("{} equations with {} right sides", a.rows(), b.rows()));
  const Square left = to_eigen(a), right = to_eigen(b);
  const Eigen::LLT<Square> cholesky(left);
  // Where digits are left: a matrix that is singular may well come through the decomposition by its rounding errors.
  if (cholesky.info() == Eigen::Success &&
      cholesky.rcond() > static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon())
    return from_eigen(cholesky.solve(right));
  return from_eigen(least_squares(left, right));
}

Eigensystem eigen_symmetric(const Matrix& a) {
  check_square(a);
  const Eigen::SelfAdjointEigenSolver<Square> solver(to_eigen(a));
  Eigensystem out;
  out.vectors = Matrix(a.rows(), a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    const auto column = static_cast<Eigen::Index>(a.rows() - 1 - i);
    const auto vector = solver.eigenvectors().col(column);
    Eigen::Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    const double sign = vector(largest) < 0 ? -1 : 1;
    for (std::size_t k = 0; k < a.rows(); ++k) out.vectors[i][k] = sign * vector(static_cast<Eigen::Index>(k));
    out.values.push_back(solver.eigenvalues()(column));
  }
  return out;
}

}  // namespace cajal
