#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/random.hpp"

namespace cajal::data {

/// How a sample is changed each time it is shown for training, in this order. Everything but the noise is for images:
/// samples of shape [height, width] or [channels, height, width], whose channels are changed alike. What comes in from
/// outside of an image is 0.
struct AugmentOptions {
  double rotate = 0;  ///< degrees: turned about the centre by an angle uniform in -rotate .. rotate
  double zoom = 0;    ///< 0 .. 1: stretched about the centre by a factor uniform in 1 - zoom .. 1 + zoom
  bool flip_horizontal = false, flip_vertical = false;  ///< mirrored, each with probability 1/2
  std::size_t shift = 0;  ///< pixels: moved along each axis by a whole number uniform in -shift .. shift
  std::size_t erase = 0;  ///< pixels: a square with sides of this length set to 0, its centre anywhere in the image
  double noise = 0;       ///< standard deviation of a normal number added to each value

  bool any() const;
  /// Whether something of it needs an image.
  bool spatial() const;
  /// Why it does not fit samples of this shape, empty if it does.
  std::string misfit(std::span<const std::size_t> shape) const;
};

/// Changes samples at random, by (seed, `data.augment`, number of the presentation) alone.
///
/// `shift` by whole pixels with zeros is the random crop with padding of torchvision (`RandomCrop(size, padding)`);
/// `flip` is its `RandomHorizontalFlip`, `rotate` its `RandomRotation` with bilinear interpolation, `erase` is Cutout
/// (DeVries and Taylor 2017, arXiv:1708.04552): the square may stick out of the image. Rotation and zoom are one
/// resampling, bilinear.
class Augment {
 public:
  Augment(const AugmentOptions& options, std::vector<std::size_t> shape, std::uint64_t seed);

  /// `out` is the sample `x` as presentation number `presentation` shows it; both have the size of the shape. What
  /// `out` held does not matter; it may not be `x`.
  void apply(std::span<const float> x, std::uint64_t presentation, std::span<float> out) const;

 private:
  void resample(std::span<const float> x, Draws& draws, std::span<float> out) const;
  void move(std::span<float> image, std::ptrdiff_t down, std::ptrdiff_t right) const;
  void flip(std::span<float> image, bool horizontal) const;
  void erase(std::span<float> image, Draws& draws) const;

  AugmentOptions options_;
  std::size_t channels_ = 1, height_ = 1, width_ = 1;
  Stream stream_;
};

}  // namespace cajal::data
