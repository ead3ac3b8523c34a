#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/convolution.hpp"
#include "sim/dense_blocks.hpp"

/// The inner loops of convolution.
namespace cajal::convolution::detail {

using dense::detail::broadcast;
using dense::detail::lanes;
using dense::detail::with_constant;
using dense::detail::zero;

/// Filters of a tile of accumulators, and how many registers fit the processor beside those of weights and inputs.
inline constexpr int tallest = register_bytes == 64 ? 8 : 4;
inline constexpr int accumulators = register_bytes == 64 ? 24 : 12;
/// Registers side by side for so many filters: more than 8 hide no more latency.
constexpr int widest(int filters) { return std::min(accumulators / filters, 8); }
/// Taps that are worked on while the inputs they touch stay in the first-level cache.
inline constexpr std::size_t tap_block = 144;

/// One number with the face of a pack.
template <class Real>
struct Single {
  using Vector = Real;
  Real v;

  Single() = default;
  Single(Real x) : v(x) {}
  static Single load(const Real* p) { return *p; }
  void store(Real* p) const { *p = v; }
  friend Single operator+(Single a, Single b) { return a.v + b.v; }
};

/// Writes n numbers at `to`: those from i on are `make(Some(), i)`, for a pack or Single. Nothing beyond the n is read
/// or written. The last pack overlaps the one before it, so it is made before anything is written.
template <class Real, int width = Wide<Real>::lanes, class Make>
[[gnu::always_inline]] inline void write_row(Real* to, std::size_t n, Make make) {
  if constexpr (sizeof(Real) * width < 16) {
    for (std::size_t i = 0; i < n; ++i) make(Single<Real>(), i).store(to + i);
  } else if (n < width) {
    write_row<Real, width / 2>(to, n, make);
  } else {
    const Pack<Real, width> last = make(Pack<Real, width>(), n - width);
    for (std::size_t i = 0; i + width < n; i += width) make(Pack<Real, width>(), i).store(to + i);
    last.store(to + n - width);
  }
}

/// The i for which origin + i * step is in [0, size), of those below `length`.
inline Slice::Range inside(std::ptrdiff_t origin, std::size_t step, std::size_t size, std::size_t length) {
  const auto by = static_cast<std::ptrdiff_t>(step);
  const auto count = [&](std::ptrdiff_t below) {
    return below <= 0 ? std::size_t{0} : std::min(length, static_cast<std::size_t>((below + by - 1) / by));
  };
  return {count(-origin), count(static_cast<std::ptrdiff_t>(size) - origin)};
}

/// Rows of a plane: distance of rows, of neighbours in a row.
template <class Number>
struct Rows {
  Number* at;
  std::size_t pitch, step;
};

template <class Real>
void copy_rows(Rows<const Real> from, Rows<Real> to, std::size_t rows, std::size_t count, dense::Store store) {
  if (from.step == 1 && to.step == 1 && from.pitch == count && to.pitch == count) {
    count *= rows;
    rows = 1;
  }
  const bool add = store == dense::Store::add;
  for (; rows > 0; --rows, from.at += from.pitch, to.at += to.pitch) {
    const Real* source = from.at;
    Real* target = to.at;
    if (from.step == 1 && to.step == 1 && add)
      write_row(target, count, [=](auto pack, std::size_t i) {
        return decltype(pack)::load(target + i) + decltype(pack)::load(source + i);
      });
    else if (from.step == 1 && to.step == 1)
      write_row(target, count, [=](auto pack, std::size_t i) { return decltype(pack)::load(source + i); });
    else if (add)
      for (std::size_t i = 0; i < count; ++i) target[i * to.step] += source[i * from.step];
    else
      for (std::size_t i = 0; i < count; ++i) target[i * to.step] = source[i * from.step];
  }
}

/// Products of at most `panel_width` filters with a buffer: y[f][p] = (sum over k of w[k][f] x[offsets[k] + p]) +
/// bias[f].
template <class Real>
struct Product {
  const Real* x;
  std::span<const std::uint32_t> offsets;
  const Real* weights;  ///< a panel
  Real* y;
  std::size_t pitch;  ///< between the filters of y, in whole registers: so many pixels are computed
  std::size_t filters;
  const Real* bias;  ///< of the filters, or none
};

template <int filters, int registers, class Real>
void multiply_tile(const Product<Real>& product, std::size_t first_tap, std::size_t taps, const Real* x, Real* y) {
  const std::size_t pitch = product.pitch;
  Wide<Real> sum[filters][registers];
#pragma GCC unroll 8
  for (int f = 0; f < filters; ++f)
#pragma GCC unroll 8
    for (int j = 0; j < registers; ++j)
      sum[f][j] = first_tap == 0 ? zero<Real>() : Wide<Real>::load(y + f * pitch + j * lanes<Real>);
  const std::uint32_t* offset = product.offsets.data() + first_tap;
  for (std::size_t k = 0; k < taps; ++k) {
    const Real* w = product.weights + (first_tap + k) * panel_width;
    const Real* at = x + offset[k];
    Wide<Real> in[registers];
#pragma GCC unroll 8
    for (int j = 0; j < registers; ++j) in[j] = Wide<Real>::load(at + j * lanes<Real>);
#pragma GCC unroll 8
    for (int f = 0; f < filters; ++f) {
      const Wide<Real> weight = broadcast(w[f]);
#pragma GCC unroll 8
      for (int j = 0; j < registers; ++j) sum[f][j] = fma(weight, in[j], sum[f][j]);
    }
  }
  const bool finish = product.bias && first_tap + taps == product.offsets.size();
#pragma GCC unroll 8
  for (int f = 0; f < filters; ++f) {
    if (finish) {
      const Wide<Real> bias = broadcast(product.bias[f]);
#pragma GCC unroll 8
      for (int j = 0; j < registers; ++j) sum[f][j] += bias;
    }
#pragma GCC unroll 8
    for (int j = 0; j < registers; ++j) sum[f][j].store(y + f * pitch + j * lanes<Real>);
  }
}

/// All pixels of some filters of the panel, for a block of taps.
template <int filters, class Real>
void multiply_filters(const Product<Real>& product, std::size_t first_tap, std::size_t taps, std::size_t first) {
  constexpr int most = widest(filters);
  Product<Real> some = product;
  some.weights += first;
  some.y += first * product.pitch;
  if (some.bias) some.bias += first;
  std::size_t registers = product.pitch / lanes<Real>, p = 0;
  for (; registers >= most; registers -= most, p += most * lanes<Real>)
    multiply_tile<filters, most>(some, first_tap, taps, product.x + p, some.y + p);
  if (registers > 0)
    with_constant<most>(static_cast<int>(registers), [&](auto count) {
      multiply_tile<filters, count>(some, first_tap, taps, product.x + p, some.y + p);
    });
}

template <class Real>
void multiply(const Product<Real>& product) {
  std::size_t k = 0;
  do {
    const std::size_t taps = std::min(tap_block, product.offsets.size() - k);
    for (std::size_t first = 0; first < product.filters; first += tallest)
      with_constant<tallest>(static_cast<int>(std::min<std::size_t>(tallest, product.filters - first)),
                             [&](auto filters) { multiply_filters<filters>(product, k, taps, first); });
    k += taps;
  } while (k < product.offsets.size());
}

}  // namespace cajal::convolution::detail
