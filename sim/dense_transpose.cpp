#include <algorithm>
#include <utility>

#include "sim/dense_blocks.hpp"

namespace cajal::dense {

using namespace detail;

namespace {

template <int n, int start, class Vector, int... i>
[[gnu::always_inline]] inline Vector interleave(Vector a, Vector b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (start + i / 2 + i % 2 * n)...);
}

/// Interleaving the first and second half of the rows, as often as they can be halved, transposes.
template <class Real, int n>
void transpose_square(Pack<Real, n> (&rows)[n]) {
  constexpr auto all = std::make_integer_sequence<int, n>{};
  for (int round = 1; round < n; round *= 2) {
    Pack<Real, n> next[n];
#pragma GCC unroll 8
    for (int i = 0; i < n / 2; ++i) {
      next[2 * i] = interleave<n, 0>(rows[i].v, rows[i + n / 2].v, all);
      next[2 * i + 1] = interleave<n, n / 2>(rows[i].v, rows[i + n / 2].v, all);
    }
    std::copy(next, next + n, rows);
  }
}

}  // namespace

template <class Real>
void transpose(const Real* panels, std::size_t inputs, std::size_t outputs, Real* transposed) {
  constexpr int n = Wide<Real>::lanes;
  for (std::size_t k = 0; k < panels_outputs<Real>(inputs); k += n)
    for (std::size_t o = 0; o < outputs; o += n) {
      Wide<Real> rows[n];
      for (std::size_t i = 0; i < n; ++i)
        rows[i] = k + i < inputs ? Wide<Real>::load(panels + panels_index<Real>(k + i, o, inputs)) : zero<Real>();
      transpose_square(rows);
      for (std::size_t i = 0; i < n && o + i < outputs; ++i)
        rows[i].store(transposed + panels_index<Real>(o + i, k, outputs));
    }
}

template void transpose<float>(const float*, std::size_t, std::size_t, float*);
template void transpose<double>(const double*, std::size_t, std::size_t, double*);

}  // namespace cajal::dense
