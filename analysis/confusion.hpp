#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry confusion_entry{
    "confusion", "which classes were taken for which",
    "counts [true][predicted]; precision = correct / predicted as the class, recall = correct / samples of the class",
    "van Rijsbergen 1979, Information Retrieval, 2nd ed., ch. 7", "[measure]\nconfusion = {}"};

/// How often samples of each class were predicted as each.
struct Confusion {
  std::size_t classes = 0;
  std::vector<std::uint64_t> counts;             ///< [true class][predicted class]
  std::vector<std::uint64_t> undecided;          ///< [true class], samples without a prediction
  std::vector<std::optional<double>> precision;  ///< [class], none where nothing was predicted as it
  std::vector<std::optional<double>> recall;     ///< [class], none where no sample is of it

  std::uint64_t at(std::size_t label, std::size_t predicted) const { return counts[label * classes + predicted]; }
};

/// Counts pairs of true and predicted class. precision_k = counts[k][k] / sum_j counts[j][k];
/// recall_k = counts[k][k] / (sum_j counts[k][j] + undecided[k]). A prediction of -1 is none.
/// Throws Error if there are not as many predictions as labels, or if a class is not in 0 .. classes-1.
/// Source: van Rijsbergen 1979, "Information Retrieval", 2nd edition, chapter 7.
Confusion confusion(std::span<const std::int32_t> predicted, std::span<const std::int32_t> label, std::size_t classes);

}  // namespace cajal::analysis
