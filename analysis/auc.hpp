#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry auc_entry{
    "auc", "area under the ROC curve: how well scores rank the samples of a class above the others",
    "P(s+ > s-) + P(s+ = s-) / 2 over all pairs of a sample of the class and another; of several classes that of each "
    "against the rest and their mean, with the softmax of the scores where they are logits",
    "Hanley & McNeil 1982, Radiology 143:29", "[measure]\nauc = {}"};

/// The area under the ROC curve of `scores` where `positive` is not 0: the probability that a positive sample scores
/// higher than a negative one, ties counting half, which is Mann and Whitney's U over the number of pairs. None where
/// there are no positive or no negative samples. Throws Error if there are not as many of both or if a score is NaN.
/// Source: Hanley & McNeil 1982, Radiology 143:29.
std::optional<double> auc(std::span<const double> scores, std::span<const std::uint8_t> positive);

/// Areas of several classes.
struct ClassAuc {
  std::vector<std::optional<double>> one_vs_rest;  ///< [class]
  std::optional<double> macro;                     ///< mean over the classes that have one
};

/// The area of each class by its score, against all other samples; scores [sample][class]. Of two classes it is one
/// area, by the second score less the first. Throws Error if sizes do not fit or a score is NaN.
ClassAuc auc(std::span<const double> scores, std::span<const std::int32_t> label, std::size_t classes);

}  // namespace cajal::analysis
