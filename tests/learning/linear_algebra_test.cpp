#include "learning/linear_algebra.hpp"

#include <cmath>

#include "sim/error.hpp"
#include "tests/catch.hpp"

using namespace cajal;

namespace {

Matrix filled(std::size_t rows, std::size_t columns) {
  Matrix m(rows, columns);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) m[r][c] = std::sin(static_cast<double>(3 * r + 7 * c + r * c));
  return m;
}

}  // namespace

TEST_CASE("products of matrices are sums of products, the same for any team") {
  const Matrix x = filled(21, 35), g = filled(21, 5), w = filled(35, 6);
  Team one(1), three(3);
  const Matrix a = transposed_product(x, g, one), b = product(x, w, one);
  REQUIRE(a.rows() == 35);
  REQUIRE(b.columns() == 6);
  const Matrix a3 = transposed_product(x, g, three), b3 = product(x, w, three);
  for (std::size_t k = 0; k < 35; ++k)
    for (std::size_t o = 0; o < 5; ++o) {
      double sum = 0;
      for (std::size_t r = 0; r < 21; ++r) sum += x[r][k] * g[r][o];
      CHECK(a[k][o] == Approx(sum).margin(1e-13));
      CHECK(a[k][o] == a3[k][o]);
    }
  for (std::size_t r = 0; r < 21; ++r)
    for (std::size_t o = 0; o < 6; ++o) {
      double sum = 0;
      for (std::size_t k = 0; k < 35; ++k) sum += x[r][k] * w[k][o];
      CHECK(b[r][o] == Approx(sum).margin(1e-13));
      CHECK(b[r][o] == b3[r][o]);
    }
  CHECK_THROWS_AS(product(x, x, one), Error);
  CHECK_THROWS_AS(transposed_product(x, w, one), Error);
}

TEST_CASE("symmetric systems are solved, singular ones by the shortest solution") {
  Team team(1);
  const Matrix x = filled(30, 6), b = filled(6, 2);
  const Matrix a = transposed_product(x, x, team), s = solve_symmetric(a, b), back = product(a, s, team);
  for (std::size_t r = 0; r < 6; ++r)
    for (std::size_t c = 0; c < 2; ++c) CHECK(back[r][c] == Approx(b[r][c]).margin(1e-10));
  Matrix ones(2, 2), right(2, 1);
  ones[0][0] = ones[0][1] = ones[1][0] = ones[1][1] = 1;
  right[0][0] = right[1][0] = 4;
  const Matrix shortest = solve_symmetric(ones, right);
  CHECK(shortest[0][0] == Approx(2));
  CHECK(shortest[1][0] == Approx(2));
}

TEST_CASE("eigenvalues descend and their vectors have one sign") {
  Matrix a(2, 2);
  a[0][0] = a[1][1] = 2;
  a[0][1] = a[1][0] = -1;
  const Eigensystem e = eigen_symmetric(a);
  CHECK(e.values[0] == Approx(3));
  CHECK(e.values[1] == Approx(1));
  CHECK(std::fabs(e.vectors[0][0]) == Approx(std::sqrt(0.5)));
  CHECK(e.vectors[0][0] * e.vectors[0][1] == Approx(-0.5));
  CHECK(e.vectors[1][0] == Approx(std::sqrt(0.5)));
  CHECK(e.vectors[1][1] == Approx(std::sqrt(0.5)));
}
