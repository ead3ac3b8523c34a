#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry accuracy_entry{"accuracy", "share of samples whose class was predicted",
                                             "correct / n, with the 95 % Wilson score interval",
                                             "Wilson 1927, J. Am. Stat. Assoc. 22:209", "[measure]\naccuracy = {}"};

/// A share with what n samples say of the probability behind it.
struct Accuracy {
  std::size_t correct = 0, n = 0;
  double value = 0;          ///< correct / n
  double low = 0, high = 0;  ///< 95 % Wilson score interval
};

/// correct / n and the Wilson score interval, the probabilities p with |value - p| <= z sqrt(p (1 - p) / n):
///
///     (value + z^2 / 2n +- z sqrt(value (1 - value) / n + z^2 / 4n^2)) / (1 + z^2 / n),  z = 1.96 (97.5 % normal
///     quantile)
///
/// It supposes independent samples. Throws Error if n = 0 or correct > n. Source: Wilson 1927, J. Am. Stat. Assoc.
/// 22:209.
Accuracy accuracy(std::size_t correct, std::size_t n);

/// The same for predicted and true classes, one of each per sample. Throws Error if there are not as many of both.
Accuracy accuracy(std::span<const std::int32_t> predicted, std::span<const std::int32_t> label);

}  // namespace cajal::analysis
