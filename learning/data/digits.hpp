#pragma once

#include <cstddef>
#include <cstdint>

#include "learning/data/dataset.hpp"

namespace cajal::data {

struct DigitsOptions {
  double distortion = 1;  ///< times the usual spread of shift, slant, rotation, size and shape; 0 gives print
  double noise = 1;       ///< times the usual grain, contrast variation and speckle; 0 gives clean ink
};

/// Handwriting-like digits, 28x28 values in 0 .. 1 (multiples of 1/255), ten classes, drawn by cajal itself.
///
/// A digit is a few pen strokes, in one or two styles of writing; its points are displaced, the whole is stretched,
/// slanted, rotated and shifted, drawn with a pen of random width and made grainy. Each ten samples hold each digit
/// once, in random order. Sample k depends on (seed, k) alone, not on how many are made.
Dataset make_digits(std::size_t samples, std::uint64_t seed, const DigitsOptions& options = {});

}  // namespace cajal::data
