#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/number/pack.hpp"
#include "sim/signal.hpp"

/// The dense product, forward and backward, in one definition: an output is one accumulator that starts at 0 and takes
/// fma(input, weight, accumulator) over ascending input. So its bits depend neither on the rows computed beside it nor
/// on how rows, columns or steps are cut, and a row of zeros and ones gives the bits of adding the weights of its ones.
///
/// All functions run on the calling thread and take ranges of columns that begin and end at multiples of 16
/// (Slice::units, `padded`): callers split the work.
namespace cajal::dense {

/// Outputs that stand side by side in a panel: two registers.
template <class Real>
inline constexpr std::size_t panel_width = 2 * Wide<Real>::lanes;

/// Outputs that the panels have room for: whole panels, and all lanes that a Signal pads to.
template <class Real>
constexpr std::size_t panels_outputs(std::size_t outputs) {
  constexpr std::size_t whole = std::max<std::size_t>(panel_width<Real>, 16);
  return (outputs + whole - 1) / whole * whole;
}

/// How many numbers the panels of W[inputs][outputs] take.
template <class Real>
constexpr std::size_t panels_size(std::size_t inputs, std::size_t outputs) {
  return panels_outputs<Real>(outputs) * inputs;
}

/// Where W[input][output] stands in its panels: layout [panel][input][panel_width], outputs beyond the last are 0.
template <class Real>
constexpr std::size_t panels_index(std::size_t input, std::size_t output, std::size_t inputs) {
  constexpr std::size_t width = panel_width<Real>;
  return (output / width * inputs + input) * width + output % width;
}

/// W[inputs][outputs] in panels, and what is added to a finished product.
template <class Real>
struct Weights {
  const Real* panels = nullptr;
  std::size_t inputs = 0;
  const Real* bias = nullptr;  ///< [padded(outputs)], or none
};

enum class Store { set, add };
/// `sparse`: inputs are mostly zero and all of them zeros or ones, or such that no product underflows: zeros are
/// skipped, which then changes no bit as long as the weights are finite.
enum class Inputs { dense, sparse };

/// y[b][o] = product, or y[b][o] + product, with product = (sum over ascending k of x[b][k] W[k][o]) + bias[o].
/// Row b of the inputs starts at `x[b]`, of the outputs at `y[b]`; both lists are equally long. With `add` and dense
/// inputs a row may stand in `y` several times: it takes its products in the order of the list.
template <class Real>
void multiply(std::span<const Real* const> x, const Weights<Real>& weights, std::span<Real* const> y,
              Slice::Range outputs, Store store, Inputs inputs);

/// dW[k][o] = sum over ascending r of x[r][k] g[r][o], for inputs k of `rows` and the given outputs o, in the panels of
/// W. With `proceed` the sums go on from what stands in dW, so that cutting the rows changes no bit. `rows.begin` is a
/// multiple of 16 and the rows of x can be read up to the next multiple of 16 after `rows.end`.
template <class Real>
void weight_gradient(std::span<const Real* const> x, std::span<const Real* const> g, Slice::Range rows,
                     Slice::Range outputs, std::size_t inputs, Real* gradient, bool proceed, Inputs kind);

/// sum[o] = sum over ascending r of g[r][o], from what stands in sum with `proceed`.
template <class Real>
void sum_rows(std::span<const Real* const> g, Slice::Range outputs, Real* sum, bool proceed);

/// The panels of W^T[outputs][inputs] from those of W[inputs][outputs]; the inputs beyond the last become 0.
template <class Real>
void transpose(const Real* panels, std::size_t inputs, std::size_t outputs, Real* transposed);

/// How many of the n numbers are not zero.
template <class Real>
std::size_t count_nonzero(const Real* x, std::size_t n);

}  // namespace cajal::dense
