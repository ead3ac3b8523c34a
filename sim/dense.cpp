#include "sim/dense.hpp"

#include <algorithm>
#include <array>

#include "sim/dense_blocks.hpp"
#include "sim/number/scratch.hpp"

namespace cajal::dense {

using namespace detail;

namespace {

template <class Real>
[[gnu::always_inline]] inline void finish(Wide<Real> sum, const Real* bias, Real* y, Store store) {
  if (bias) sum += Wide<Real>::load(bias);
  if (store == Store::add) sum = Wide<Real>::load(y) + sum;
  sum.store(y);
}

/// A block of the forward product: some rows, one panel (or half), some inputs.
template <class Real>
struct ForwardBlock {
  const Real* const* x;
  const Real* panel;  ///< at its first input
  std::size_t first_input, inputs;
  Real* partial;  ///< [row][panel_width]: sums over the inputs before
  bool from_zero, to_end;
  const Real* bias;
  Real* const* y;
  std::size_t column;
  Store store;
};

template <int rows, int registers, class Real>
void forward_block(const ForwardBlock<Real>& block) {
  constexpr std::size_t width = panel_width<Real>;
  Wide<Real> sum[rows][registers];
  const Real* x[rows];
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i) {
    x[i] = block.x[i] + block.first_input;
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j)
      sum[i][j] = block.from_zero ? zero<Real>() : Wide<Real>::load(block.partial + i * width + j * lanes<Real>);
  }
  const Real* w = block.panel;
  const std::size_t inputs = block.inputs;
  for (std::size_t k = 0; k < inputs; ++k, w += width) {
    Wide<Real> b[registers];
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j) b[j] = Wide<Real>::load(w + j * lanes<Real>);
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i) {
      const Wide<Real> a = broadcast(x[i][k]);
#pragma GCC unroll 2
      for (int j = 0; j < registers; ++j) sum[i][j] = fma(a, b[j], sum[i][j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j) {
      const std::size_t at = j * lanes<Real>;
      if (block.to_end)
        finish(sum[i][j], block.bias ? block.bias + at : nullptr, block.y[i] + block.column + at, block.store);
      else
        sum[i][j].store(block.partial + i * width + at);
    }
  }
}

/// One row alone, over several panels side by side; `active` lists the inputs, or all of them if there is no list.
template <class Real>
struct ForwardRow {
  const Real* x;
  const std::uint32_t* active;
  std::size_t count;
  const Weights<Real>* weights;
  Real* y;
  std::size_t column;
  Store store;
};

template <int registers, bool listed, class Real>
void forward_row(const ForwardRow<Real>& row) {
  constexpr std::size_t width = panel_width<Real>;
  Wide<Real> sum[registers];
  const Real* w[registers];
#pragma GCC unroll 8
  for (int j = 0; j < registers; ++j) {
    sum[j] = zero<Real>();
    w[j] = row.weights->panels + panels_index<Real>(0, row.column + j * lanes<Real>, row.weights->inputs);
  }
  const Real* x = row.x;
  for (std::size_t i = 0; i < row.count; ++i) {
    const std::size_t k = listed ? row.active[i] : i;
    const Wide<Real> a = broadcast(x[k]);
#pragma GCC unroll 8
    for (int j = 0; j < registers; ++j) sum[j] = fma(a, Wide<Real>::load(w[j] + k * width), sum[j]);
  }
  const Real* bias = row.weights->bias;
#pragma GCC unroll 8
  for (int j = 0; j < registers; ++j) {
    const std::size_t at = row.column + j * lanes<Real>;
    finish(sum[j], bias ? bias + at : nullptr, row.y + at, row.store);
  }
}

template <class Real>
void forward_alone(const Real* x, const std::uint32_t* active, std::size_t count, const Weights<Real>& weights, Real* y,
                   Slice::Range outputs, Store store) {
  each_group<Real>(outputs, [&](auto registers, std::size_t column) {
    const ForwardRow<Real> row{x, active, count, &weights, y, column, store};
    if (active)
      forward_row<registers, true>(row);
    else
      forward_row<registers, false>(row);
  });
}

template <class Real>
void forward_dense(std::span<const Real* const> x, const Weights<Real>& weights, std::span<Real* const> y,
                   Slice::Range outputs, Store store) {
  if (x.size() == 1) return forward_alone<Real>(x[0], nullptr, weights.inputs, weights, y[0], outputs, store);
  alignas(64) Real partial[row_block * panel_width<Real>];
  each_panel<Real>(outputs, [&](auto registers, std::size_t column) {
    const Real* panel = weights.panels + panels_index<Real>(0, column, weights.inputs);
    const Real* bias = weights.bias ? weights.bias + column : nullptr;
    std::size_t k = 0;
    do {
      const std::size_t inputs = std::min(input_block, weights.inputs - k);
      each_row_block(x.size(), [&](auto rows, std::size_t first) {
        forward_block<rows, registers>(ForwardBlock<Real>{
            x.data() + first, panel + k * panel_width<Real>, k, inputs, partial + first * panel_width<Real>, k == 0,
            k + inputs == weights.inputs, bias, y.data() + first, column, store});
      });
      k += inputs;
    } while (k < weights.inputs);
  });
}

/// Rows with few active inputs at once, the others listed for the dense product.
template <class Real>
void forward_sparse(std::span<const Real* const> x, const Weights<Real>& weights, std::span<Real* const> y,
                    Slice::Range outputs, Store store) {
  struct Active;
  const std::span<std::uint32_t> active = scratch<Active, std::uint32_t>(weights.inputs + 16);
  std::array<const Real*, row_block> full_x;
  std::array<Real*, row_block> full_y;
  std::size_t full = 0;
  for (std::size_t b = 0; b < x.size(); ++b) {
    const std::size_t count = list_nonzero(x[b], weights.inputs, active.data());
    if (x.size() == 1 || count * sparse_below < weights.inputs) {
      forward_alone<Real>(x[b], active.data(), count, weights, y[b], outputs, store);
    } else {
      full_x[full] = x[b];
      full_y[full++] = y[b];
    }
  }
  if (full > 0) forward_dense<Real>({full_x.data(), full}, weights, {full_y.data(), full}, outputs, store);
}

}  // namespace

template <class Real>
void multiply(std::span<const Real* const> x, const Weights<Real>& weights, std::span<Real* const> y,
              Slice::Range outputs, Store store, Inputs inputs) {
  for (std::size_t b = 0; b < x.size(); b += row_block) {
    const std::size_t count = std::min(row_block, x.size() - b);
    if (inputs == Inputs::sparse)
      forward_sparse<Real>(x.subspan(b, count), weights, y.subspan(b, count), outputs, store);
    else
      forward_dense<Real>(x.subspan(b, count), weights, y.subspan(b, count), outputs, store);
  }
}

template <class Real>
std::size_t count_nonzero(const Real* x, std::size_t n) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) count += x[i] != 0;
  return count;
}

template void multiply<float>(std::span<const float* const>, const Weights<float>&, std::span<float* const>,
                              Slice::Range, Store, Inputs);
template void multiply<double>(std::span<const double* const>, const Weights<double>&, std::span<double* const>,
                               Slice::Range, Store, Inputs);
template std::size_t count_nonzero<float>(const float*, std::size_t);
template std::size_t count_nonzero<double>(const double*, std::size_t);

}  // namespace cajal::dense
