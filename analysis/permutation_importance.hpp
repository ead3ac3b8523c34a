#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "analysis/entry.hpp"
#include "sim/random.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry permutation_importance_entry{
    "permutation_importance",
    "what a feature is worth: how much worse the answers become once it is shuffled among the test samples",
    "accuracy of the test samples less its mean over repeats in which the feature's values are permuted among them; "
    "with numbers as targets the rise of the mean squared error",
    "Breiman 2001, Machine Learning 45:5",
    "[measure]\npermutation_importance = { repeats = 5 }",
    "repeats (5): permutations of each feature; block (1): of images, squares of so many pixels a side are permuted "
    "together. At most 200 features or squares. Values are those after the preprocessing; one that tells nothing has 0 "
    "up to chance, and one whose tale another tells as well has little"};

struct Importance {
  double mean = 0;       ///< the fall of the quality
  double deviation = 0;  ///< its standard deviation over the repeats (over repeats - 1); 0 of one repeat
};

/// With Q the quality of the answers (larger is better) to x [sample][feature]: Q(x) - Q(x with the columns `together`
/// permuted by one random permutation of the samples), mean over `repeats` permutations. Permutation r is that of draws
/// `first + r` of the stream, whatever the learner. `quality` is asked with x permuted; x is as before afterwards.
/// Throws Error if `repeats` is 0, x is no whole number of samples, or a column is beyond its features. Source: Breiman
/// 2001, Machine Learning 45:5, section 10.
Importance permutation_importance(std::span<float> x, std::size_t features, std::span<const std::uint32_t> together,
                                  std::size_t repeats, const Stream& stream, std::uint64_t first, double before,
                                  const std::function<double()>& quality);

}  // namespace cajal::analysis
