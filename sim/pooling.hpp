#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "sim/dense.hpp"

/// The arithmetic of pooling and of upsampling by repetition, forward and backward, on plain memory: planes as in
/// sim/convolution.hpp. Each number comes from one sample and in one order, so its bits do not depend on how samples
/// are cut. All functions run on the calling thread.
namespace cajal {

/// The geometry: windows of kernel_h x kernel_w, at distances of the stride, on every plane.
struct Pooling {
  /// What the sum over a window is divided by: the size of the kernel (PyTorch's count_include_pad = True), the places
  /// of the window that are not padding, or 1.
  enum class Divisor { kernel, inside, one };

  std::size_t channels = 1, height = 1, width = 1;
  std::size_t kernel_h = 1, kernel_w = 1;
  std::size_t stride_h = 1, stride_w = 1;
  std::size_t padding_h = 0, padding_w = 0;  ///< at most half the kernel
  Divisor divisor = Divisor::kernel;

  /// One window over each plane.
  static Pooling global(std::size_t channels, std::size_t height, std::size_t width);
  /// The geometry by which `pooling::average_gradient` repeats each number of a plane of height x width over a block of
  /// factor_h x factor_w, and `pooling::average` is the gradient of that.
  static Pooling upsampling(std::size_t channels, std::size_t height, std::size_t width, std::size_t factor_h,
                            std::size_t factor_w);

  /// floor((height + 2 padding - kernel) / stride) + 1, where there is no `fault`.
  std::size_t out_height() const;
  std::size_t out_width() const;
  std::size_t inputs() const { return channels * height * width; }
  std::size_t outputs() const { return channels * out_height() * out_width(); }
  /// What is wrong with it, in words; empty if nothing is. Nothing else here may be called with a fault.
  std::string fault() const;
};

namespace pooling {

/// y[b][o] = a, or y[b][o] + a, with a = (sum over ascending row, column of the window, from 0, of x[b]) / divisor.
template <class Real>
void average(const Pooling& p, std::span<const Real* const> x, std::span<Real* const> y, dense::Store store);

/// dx[b][i] = the sum, from 0 or from dx[b][i], over ascending o whose window holds i, of g[b][o] / divisor.
template <class Real>
void average_gradient(const Pooling& p, std::span<const Real* const> g, std::span<Real* const> dx, dense::Store store);

/// y[b][o] = the largest of the window, and tap[b][o] where in the window it stands: row * kernel_w + column (a whole
/// number below 2^24, of the type of the values so that it goes through the same registers). Padding is smaller than
/// every number; of equals the first counts; NaN is larger than every number.
template <class Real>
void maximum(const Pooling& p, std::span<const Real* const> x, std::span<Real* const> y, std::span<Real* const> tap);

/// dx[b][i] = the sum, from 0 or from dx[b][i], over ascending o whose maximum stands at i, of g[b][o].
template <class Real>
void maximum_gradient(const Pooling& p, std::span<const Real* const> g, std::span<const Real* const> tap,
                      std::span<Real* const> dx, dense::Store store);

}  // namespace pooling
}  // namespace cajal
