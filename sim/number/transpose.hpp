#pragma once

#include <algorithm>
#include <utility>

#include "sim/number/pack.hpp"

namespace cajal {

namespace detail {
template <int n, int start, class Vector, int... i>
[[gnu::always_inline]] inline Vector interleave(Vector a, Vector b, std::integer_sequence<int, i...>) {
  return __builtin_shufflevector(a, b, (start + i / 2 + i % 2 * n)...);
}
}  // namespace detail

/// Transposes n packs of n numbers: interleaving the first and second half of the rows, as often as they can be halved,
/// does so.
template <class Real, int n>
void transpose_square(Pack<Real, n> (&rows)[n]) {
  constexpr auto all = std::make_integer_sequence<int, n>{};
  for (int round = 1; round < n; round *= 2) {
    Pack<Real, n> next[n];
#pragma GCC unroll 8
    for (int i = 0; i < n / 2; ++i) {
      next[2 * i] = detail::interleave<n, 0>(rows[i].v, rows[i + n / 2].v, all);
      next[2 * i + 1] = detail::interleave<n, n / 2>(rows[i].v, rows[i + n / 2].v, all);
    }
    std::copy(next, next + n, rows);
  }
}

}  // namespace cajal
