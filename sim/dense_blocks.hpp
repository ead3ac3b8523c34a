#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "sim/dense.hpp"

/// What the forward product and the weight gradient share: the sizes of their blocks and how ranges are cut into them.
namespace cajal::dense::detail {

/// Rows of accumulators that fit the registers beside two of weights and one of input.
inline constexpr int tallest = register_bytes == 64 ? 8 : 6;
/// Registers side by side when one row is computed alone: enough to hide the latency of fma.
inline constexpr int widest = 8;
/// Rows of inputs, and inputs, that are worked on while they stay in the first-level cache.
inline constexpr std::size_t row_block = 128;
inline constexpr std::size_t input_block = 256;
/// A list of the active inputs beats going through all where less than one input in so many is active (measured: 5.5).
inline constexpr std::size_t sparse_below = 6;

template <class Real>
inline constexpr std::size_t lanes = Wide<Real>::lanes;

template <class Real>
[[gnu::always_inline]] inline Wide<Real> zero() {
  return typename Wide<Real>::Vector{};
}

// Subtracting +0 keeps every number, adding it would turn -0 into +0 and cost an instruction.
template <class Real>
[[gnu::always_inline]] inline Wide<Real> broadcast(Real x) {
  return x - typename Wide<Real>::Vector{};
}

/// Calls `use` with the integral constant that equals n, 1 <= n <= most.
template <int most, class Use>
void with_constant(int n, Use use) {
  if constexpr (most == 1)
    use(std::integral_constant<int, 1>{});
  else if (n == most)
    use(std::integral_constant<int, most>{});
  else
    with_constant<most - 1>(n, use);
}

/// Cuts n rows evenly into blocks of at most `tallest`: calls `block(constant, first)`.
template <class Use>
void each_row_block(std::size_t n, Use block) {
  const std::size_t blocks = (n + tallest - 1) / tallest;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t first = n * i / blocks, height = n * (i + 1) / blocks - first;
    with_constant<tallest>(static_cast<int>(height), [&](auto rows) { block(rows, first); });
  }
}

/// Cuts outputs at the panels: calls `panel(constant, column)` with one register where half a panel is meant.
template <class Real, class Use>
void each_panel(Slice::Range outputs, Use panel) {
  constexpr std::size_t width = panel_width<Real>;
  for (std::size_t column = outputs.begin; column < outputs.end;) {
    if (column % width == 0 && column + width <= outputs.end) {
      panel(std::integral_constant<int, 2>{}, column);
      column += width;
    } else {
      panel(std::integral_constant<int, 1>{}, column);
      column += lanes<Real>;
    }
  }
}

/// Cuts outputs into groups of at most `widest` registers: calls `group(constant, column)`.
template <class Real, class Use>
void each_group(Slice::Range outputs, Use group) {
  for (std::size_t column = outputs.begin; column < outputs.end; column += widest * lanes<Real>) {
    const std::size_t registers = std::min<std::size_t>(widest, (outputs.end - column) / lanes<Real>);
    with_constant<widest>(static_cast<int>(registers), [&](auto constant) { group(constant, column); });
  }
}

/// Lists the places in x that are not zero, in ascending order; `places` has room for 16 more than n.
template <class Real>
std::size_t list_nonzero(const Real* x, std::size_t n, std::uint32_t* places) {
  std::size_t count = 0, i = 0;
#if defined(__AVX512F__)
  __m512i index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i step = _mm512_set1_epi32(static_cast<int>(lanes<Real>));
  for (; i + lanes<Real> <= n; i += lanes<Real>) {
    __mmask16 nonzero;
    if constexpr (sizeof(Real) == 4)
      nonzero = _mm512_cmp_ps_mask(_mm512_loadu_ps(x + i), _mm512_setzero_ps(), _CMP_NEQ_UQ);
    else
      nonzero = _mm512_cmp_pd_mask(_mm512_loadu_pd(x + i), _mm512_setzero_pd(), _CMP_NEQ_UQ);
    _mm512_storeu_si512(places + count, _mm512_maskz_compress_epi32(nonzero, index));
    count += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(nonzero)));
    index = _mm512_add_epi32(index, step);
  }
#endif
  for (; i < n; ++i) {
    places[count] = static_cast<std::uint32_t>(i);
    count += x[i] != 0;
  }
  return count;
}

}  // namespace cajal::dense::detail
