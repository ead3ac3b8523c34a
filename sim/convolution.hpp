#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/dense.hpp"

/// The arithmetic of convolution (cross-correlation, the kernel is not flipped) in one and two dimensions, forward and
/// backward, on plain memory. A sample is planes in row-major order, [channel][height][width] without gaps; one
/// dimension is height 1. Weights as PyTorch has them: [filter][channel / groups][kernel_h][kernel_w].
///
/// With k = (channel, kernel row, kernel column) in ascending order, an output is one accumulator that starts at 0,
/// takes fma(weight, input, accumulator) over ascending k (padding counts as inputs of 0) and then the bias. So its
/// bits depend neither on other samples nor on how the work is cut, and inputs of zeros and ones give the bits of
/// adding the weights of the ones.
///
/// All functions run on the calling thread, in scratch memory that the caller gives: what it holds before does not
/// matter.
namespace cajal {

/// The geometry of a convolution.
struct Convolution {
  std::size_t channels = 1, height = 1, width = 1;
  std::size_t filters = 1, kernel_h = 1, kernel_w = 1;
  std::size_t stride_h = 1, stride_w = 1;
  std::size_t padding_h = 0, padding_w = 0;  ///< zeros on either side
  std::size_t dilation_h = 1, dilation_w = 1;
  std::size_t groups = 1;  ///< group i of the filters sees group i of the channels

  /// floor((height + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, where there is no `fault`.
  std::size_t out_height() const;
  std::size_t out_width() const;
  std::size_t inputs() const { return channels * height * width; }
  std::size_t outputs() const { return filters * out_height() * out_width(); }
  /// Weights of a filter.
  std::size_t taps() const { return channels / groups * kernel_h * kernel_w; }
  std::size_t weights() const { return filters * taps(); }
  /// What is wrong with it, in words; empty if nothing is. Nothing else here may be called with a fault.
  std::string fault() const;
};

/// The geometry of a transposed convolution (Zeiler et al. 2010, "deconvolution"): the input gradient of the
/// convolution `reversed()` as a forward product. Weights as PyTorch has them, [channel][filter / groups][kernel_h]
/// [kernel_w]: those of `reversed()`, whose filters are the channels here.
struct TransposedConvolution {
  std::size_t channels = 1, height = 1, width = 1;
  std::size_t filters = 1, kernel_h = 1, kernel_w = 1;
  std::size_t stride_h = 1, stride_w = 1;
  std::size_t padding_h = 0, padding_w = 0;  ///< rows and columns taken away on either side
  std::size_t dilation_h = 1, dilation_w = 1;
  std::size_t output_padding_h = 0, output_padding_w = 0;  ///< added at the end; less than the stride
  std::size_t groups = 1;

  /// (height - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output_padding, where there is no `fault`.
  std::size_t out_height() const;
  std::size_t out_width() const;
  std::string fault() const;
  Convolution reversed() const;
};

namespace convolution {

/// Filters (or channels, of transposed weights) that stand side by side in a panel.
inline constexpr std::size_t panel_width = 8;

/// How many numbers the panels of the weights take: [group][panel][k][panel_width], 0 beyond the filters of the group.
std::size_t panels_size(const Convolution& c);
/// Where weight [filter][k] stands in the panels; element filter * taps() + k of PyTorch's order.
std::size_t panels_index(const Convolution& c, std::size_t filter, std::size_t k);

/// A product with fixed weights, for one geometry: which numbers of a sample meet which weights. Every output pixel is
/// a list of taps at constant distances, once the planes of the sample stand in a buffer with margins of zeros and, for
/// a stride, are split into `phases`: plane (r, q) of those holds rows r, r + stride, ... and columns q, q + stride ...
class Correlation {
 public:
  /// From inputs to outputs; weights in panels as `panels_index` says.
  static Correlation forward(const Convolution& c);
  /// From output gradients to input gradients, and the forward product of a transposed convolution (then k = (filter of
  /// `reversed()`, kernel row, kernel column)); weights as `transpose` gives them.
  static Correlation backward(const Convolution& c);

  std::size_t panels_size() const;
  /// The panels for this product from those of `panels_index`; backward only.
  template <class Real>
  void transpose(const Convolution& c, const Real* panels, Real* transposed) const;

  /// Numbers of scratch memory.
  template <class Real>
  std::size_t scratch_size() const;

  /// y[b] = product of x[b], or y[b] + product, plus the bias of each output plane (or none).
  template <class Real>
  void run(const Real* panels, const Real* bias, std::span<const Real* const> x, std::span<Real* const> y,
           dense::Store store, std::span<Real> scratch) const;

 private:
  /// Along one of the two directions of a plane.
  struct Axis {
    struct Tap {
      std::size_t kernel, phase, shift;
    };
    /// The outputs at `origin` + i * step, where that is in the plane.
    struct Outputs {
      std::vector<Tap> taps;
      std::ptrdiff_t origin;
    };
    std::size_t in_size, out_size;
    std::size_t pixels;                   ///< computed of each of `outputs`
    std::size_t length;                   ///< of the buffer
    std::size_t in_step, out_step;        ///< between neighbours in the buffer, in `outputs`
    std::vector<std::ptrdiff_t> origins;  ///< place in the input of the buffer's first, for each phase
    std::vector<Outputs> outputs;

    static Axis forward(std::size_t size, std::size_t kernel, std::size_t stride, std::size_t padding,
                        std::size_t dilation, std::size_t out);
    static Axis backward(std::size_t size, std::size_t kernel, std::size_t stride, std::size_t padding,
                         std::size_t dilation, std::size_t out);
    Slice::Range valid(const Outputs& outputs) const;
  };
  /// Output pixels with the same taps.
  struct Part {
    std::size_t row, column;             ///< which of the outputs of the two axes
    std::vector<std::uint32_t> offsets;  ///< of each tap of a group in the buffer
    std::size_t panels;                  ///< where its weights begin, counted in taps of a group
  };
  Correlation() = default;
  void compile();
  template <class Real>
  void fill(const Real* x, Real* buffer) const;
  template <class Real>
  void place(const Part& part, const Real* product, Real* y, dense::Store store) const;
  /// Where panel i of the weights of a part begins.
  std::size_t panel(std::size_t group, const Part& part, std::size_t i) const;
  std::size_t buffer_size() const { return in_planes_ * rows_.origins.size() * columns_.origins.size() * plane_; }
  /// Pixels of a plane of products, at the pitch of the buffer.
  std::size_t pixels() const { return (rows_.pixels - 1) * pitch_ + columns_.pixels; }
  /// The same in whole registers.
  template <class Real>
  std::size_t product_pitch() const;

  Axis rows_{}, columns_{};
  std::size_t groups_ = 1, in_planes_ = 1, out_planes_ = 1;  ///< planes of a group
  std::size_t pitch_ = 1, plane_ = 1;                        ///< distance of rows and planes in the buffer
  std::size_t taps_ = 0;                                     ///< of all parts, of an output plane
  std::vector<Part> parts_;
};

/// The weight gradient is cut into so many tasks, however many threads there are.
std::size_t tiles(const Convolution& c);
template <class Real>
std::size_t gradient_scratch_size(const Convolution& c);

/// dW[f][k] = sum over ascending b of (sum over ascending pixels p, from 0, of fma(x[b][k at p], g[b][f][p])), for the
/// weights of one tile, in panels; what stands there beyond the filters becomes 0. With `proceed` the sum goes on from
/// what stands in dW, so that cutting the samples changes no bit.
template <class Real>
void weight_gradient(const Convolution& c, std::span<const Real* const> x, std::span<const Real* const> g,
                     std::size_t tile, Real* gradient, bool proceed, std::span<Real> scratch);

/// sum[f] = sum over ascending b of the pixels of plane f of g[b], each plane summed as 16 interleaved sums that are
/// then added pairwise; from what stands in sum with `proceed`.
template <class Real>
void bias_gradient(std::size_t planes, std::size_t pixels, std::span<const Real* const> g, Real* sum, bool proceed);

}  // namespace convolution
}  // namespace cajal
