#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analysis/measured.hpp"

namespace cajal::analysis {

/// What runs that share everything but the learner say of the difference of two learners.
struct PairedDifference {
  std::size_t n = 0;
  double mean = 0;
  double low = 0, high = 0;      ///< 95 % interval of the mean
  std::optional<double> effect;  ///< standardised; none of two pairs, or where all differences are equal
};

/// Half the width of the 95 % interval of a mean of n values with standard deviation s, t_{0.975, n-1} s / sqrt(n).
/// Throws Error below two values. Source: Student 1908, Biometrika 6:1.
double mean_interval(double deviation, std::size_t n);

/// Of d_i = a_i - b_i: mean d, d +- t_{0.975, n-1} s_d / sqrt(n), and the effect J d / s_d with s_d the standard
/// deviation of the differences (n - 1) and J = 1 - 3 / (4 (n - 1) - 1) the correction for few values. Nothing below
/// two pairs. Throws Error if there are not as many of both. Sources: Student 1908, Biometrika 6:1; Hedges 1981, J.
/// Educ. Stat. 6:107, eq. 7; Cohen 1988, "Statistical power analysis", section 2.3.5 (d_z).
std::optional<PairedDifference> paired_difference(std::span<const double> a, std::span<const double> b);

/// For each criterion that someone can win, and each of its parts: the learner that is best on average, against each
/// other one, over the seeds that both have. Rows `difference_<measure>`, learner: the best, part: the other, with the
/// measure's own part behind a slash where it has one; positive means better for accuracies and negative for costs.
/// `effect_<measure>` beside them.
std::vector<Measured> paired_differences(const std::vector<Measured>& rows);

}  // namespace cajal::analysis
