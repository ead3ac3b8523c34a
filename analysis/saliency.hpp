#pragma once

#include <functional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry saliency_entry{
    "saliency",
    "how much each value of a test sample counted for the answer given",
    "gradient: g = dS / dx, S the score of the answer; gradient_x_input: x g; integrated_gradients: x times the mean "
    "of g on the straight way from 0 to x, whose sum is S(x) - S(0)",
    "Simonyan et al. 2013, arXiv:1312.6034; Shrikumar et al. 2016, arXiv:1605.01713; Sundararajan et al. 2017, ICML, "
    "arXiv:1703.01365",
    "[measure]\nsaliency = { samples = 10, methods = [\"gradient_x_input\", \"integrated_gradients\"], steps = 32 }",
    "samples (10): the first so many test samples; methods (gradient_x_input, integrated_gradients; also gradient); "
    "steps (32): points on the way of the integrated gradients. Values are those after the preprocessing. Of "
    "spikes it is the surrogate's gradient, whose sum says little. The maps "
    "stand in saliency/ of the result and in the report"};

/// dS / dx of samples given as rows [row][feature], S a score that may differ from row to row.
using ScoreGradient = std::function<std::vector<double>(std::span<const float> rows)>;

/// x dS/dx, element by element. Throws Error if there are not as many of both. Source: Shrikumar et al. 2016,
/// arXiv:1605.01713.
std::vector<double> gradient_times_input(std::span<const float> x, std::span<const double> gradient);

/// Integrated gradients of one sample from a baseline of zeros, by the midpoint rule:
///
///     x_i / m sum_{k=1..m} dS/dx_i ((k - 1/2) x / m),  m = `steps`
///
/// Their sum goes to S(x) - S(0) as m grows. `gradient` is asked once, for m rows of the same score. Throws Error if
/// `steps` is 0 or if it gives not m rows. Source: Sundararajan et al. 2017, arXiv:1703.01365, equations 1 and 3.
std::vector<double> integrated_gradients(std::span<const float> x, std::size_t steps, const ScoreGradient& gradient);

}  // namespace cajal::analysis
