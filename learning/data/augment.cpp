#include "learning/data/augment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cajal::data {

namespace {

/// A pixel of one channel, 0 outside.
float pixel(std::span<const float> channel, std::size_t height, std::size_t width, std::ptrdiff_t row,
            std::ptrdiff_t column) {
  const bool inside = row >= 0 && column >= 0 && row < static_cast<std::ptrdiff_t>(height) &&
                      column < static_cast<std::ptrdiff_t>(width);
  return inside ? channel[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)] : 0.0f;
}

}  // namespace

bool AugmentOptions::spatial() const {
  return flip_horizontal || flip_vertical || rotate > 0 || zoom > 0 || shift > 0 || erase > 0;
}

bool AugmentOptions::any() const { return spatial() || noise > 0; }

std::string AugmentOptions::misfit(std::span<const std::size_t> shape) const {
  if (!spatial() || shape.size() == 2 || shape.size() == 3) return {};
  return fmt::format(
      "flip, rotate, zoom, shift and erase change images, of shape [height, width] or [channels, height, "
      "width]; the samples have shape [{}]",
      fmt::join(shape, ", "));
}

Augment::Augment(const AugmentOptions& options, std::vector<std::size_t> shape, std::uint64_t seed)
    : options_(options), stream_(seed, "data.augment") {
  if (shape.empty()) shape = {1};
  width_ = shape.back();
  if (shape.size() > 1) height_ = shape[shape.size() - 2];
  for (std::size_t d = 0; d + 2 < shape.size(); ++d) channels_ *= shape[d];
}

void Augment::apply(std::span<const float> x, std::uint64_t presentation, std::span<float> out) const {
  Draws draws(stream_, presentation);
  if (options_.rotate > 0 || options_.zoom > 0)
    resample(x, draws, out);
  else
    std::copy(x.begin(), x.end(), out.begin());
  if (options_.flip_horizontal && draws.uniform() < 0.5) flip(out, true);
  if (options_.flip_vertical && draws.uniform() < 0.5) flip(out, false);
  if (options_.shift > 0) {
    const auto step = [&] {
      return static_cast<std::ptrdiff_t>(draws.below(2 * options_.shift + 1)) -
             static_cast<std::ptrdiff_t>(options_.shift);
    };
    const std::ptrdiff_t down = step(), right = step();
    move(out, down, right);
  }
  if (options_.erase > 0) erase(out, draws);
  if (options_.noise > 0)
    for (float& value : out) value += static_cast<float>(options_.noise * draws.normal());
}

void Augment::resample(std::span<const float> x, Draws& draws, std::span<float> out) const {
  const double angle = options_.rotate > 0 ? draws.uniform(-options_.rotate, options_.rotate) : 0;
  const double factor = options_.zoom > 0 ? draws.uniform(1 - options_.zoom, 1 + options_.zoom) : 1;
  const double radians = angle * std::numbers::pi / 180;
  // From a pixel of the new image to the place in the old one that it shows.
  const double along = std::cos(radians) / factor, across = std::sin(radians) / factor;
  const double middle_row = (static_cast<double>(height_) - 1) / 2;
  const double middle_column = (static_cast<double>(width_) - 1) / 2;
  const std::size_t pixels = height_ * width_;
  for (std::size_t p = 0; p < pixels; ++p) {
    const double down = static_cast<double>(p / width_) - middle_row;
    const double right = static_cast<double>(p % width_) - middle_column;
    const double row = middle_row + along * down + across * right;
    const double column = middle_column + along * right - across * down;
    const double top = std::floor(row), left = std::floor(column);
    const auto r = static_cast<std::ptrdiff_t>(top), c = static_cast<std::ptrdiff_t>(left);
    const auto below = static_cast<float>(row - top), beside = static_cast<float>(column - left);
    for (std::size_t k = 0; k < channels_; ++k) {
      const std::span<const float> channel = x.subspan(k * pixels, pixels);
      const auto at = [&](std::ptrdiff_t i, std::ptrdiff_t j) { return pixel(channel, height_, width_, i, j); };
      out[k * pixels + p] = (1 - below) * ((1 - beside) * at(r, c) + beside * at(r, c + 1)) +
                            below * ((1 - beside) * at(r + 1, c) + beside * at(r + 1, c + 1));
    }
  }
}

void Augment::flip(std::span<float> image, bool horizontal) const {
  const std::size_t pixels = height_ * width_;
  for (std::size_t k = 0; k < channels_; ++k) {
    const std::span<float> channel = image.subspan(k * pixels, pixels);
    if (horizontal)
      for (std::size_t row = 0; row < height_; ++row)
        std::reverse(channel.begin() + static_cast<std::ptrdiff_t>(row * width_),
                     channel.begin() + static_cast<std::ptrdiff_t>((row + 1) * width_));
    else
      for (std::size_t row = 0; row < height_ / 2; ++row)
        std::swap_ranges(channel.begin() + static_cast<std::ptrdiff_t>(row * width_),
                         channel.begin() + static_cast<std::ptrdiff_t>((row + 1) * width_),
                         channel.begin() + static_cast<std::ptrdiff_t>((height_ - 1 - row) * width_));
  }
}

void Augment::move(std::span<float> image, std::ptrdiff_t down, std::ptrdiff_t right) const {
  const std::size_t pixels = height_ * width_;
  std::vector<float> before(pixels);
  for (std::size_t k = 0; k < channels_; ++k) {
    const std::span<float> channel = image.subspan(k * pixels, pixels);
    std::copy(channel.begin(), channel.end(), before.begin());
    for (std::size_t row = 0; row < height_; ++row)
      for (std::size_t column = 0; column < width_; ++column)
        channel[row * width_ + column] = pixel(before, height_, width_, static_cast<std::ptrdiff_t>(row) - down,
                                               static_cast<std::ptrdiff_t>(column) - right);
  }
}

void Augment::erase(std::span<float> image, Draws& draws) const {
  const std::size_t pixels = height_ * width_;
  const auto range = [&](std::size_t extent) {
    const std::size_t centre = draws.below(extent), before = options_.erase / 2;
    return std::pair(centre < before ? 0 : centre - before, std::min(extent, centre + options_.erase - before));
  };
  const auto [top, bottom] = range(height_);
  const auto [left, right] = range(width_);
  for (std::size_t k = 0; k < channels_; ++k)
    for (std::size_t row = top; row < bottom; ++row)
      std::fill(image.begin() + static_cast<std::ptrdiff_t>(k * pixels + row * width_ + left),
                image.begin() + static_cast<std::ptrdiff_t>(k * pixels + row * width_ + right), 0.0f);
}

}  // namespace cajal::data
