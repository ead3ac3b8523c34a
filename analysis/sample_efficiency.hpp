#pragma once

#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry sample_efficiency_entry{
    "sample_efficiency",
    "test accuracy when a learner has only so many training samples",
    "for each number of samples, each class as often as every other, the learner is trained anew; area: mean of the "
    "accuracy over the logarithm of the number of samples",
    "learning curves as in Cortes et al. 1994, NIPS; area under the curve over log samples",
    "[measure]\n"
    "sample_efficiency = { samples = [10, 40] }",
    "samples          training samples of each training (10, 100, 1000, ... below all, and all)\n"
    "presentations    each training shows at least so many, in whole epochs (as many as there are training samples)"};

/// Mean of y over log x between the first and the last point, by the trapezoidal rule. x ascending and positive. Throws
/// Error if there are fewer than two points, or x is not ascending.
double area_over_log(std::span<const double> x, std::span<const double> y);

}  // namespace cajal::analysis
