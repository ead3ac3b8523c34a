#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry weights_entry{
    "weights",
    "how the weights of each edge are distributed at the end",
    "weight_mean, weight_deviation, weight_skewness, weight_kurtosis (excess over a normal distribution); "
    "weight_zeros: "
    "the share that is 0; weight_gini: Gini's coefficient of their magnitudes, 0 where all are the same; where all "
    "that "
    "are not 0 have one sign, of the magnitudes of these a log-normal distribution: weight_lognormal_mu and _sigma, "
    "mean "
    "and deviation of the logarithm, and weight_lognormal_ks, the largest distance of both distribution functions "
    "(Kolmogorov-Smirnov). Moments are those of n. Biases do not count",
    "Song et al. 2005, PLoS Biol. 3:e68 (log-normal weights of cortex); Gini 1912",
    "[measure]\nweights = { bins = 50 }",
    "bins (50): of the histogram, from the smallest weight to the largest; it stands in weight_distribution/<edge>/ of "
    "the run"};

/// What the weights of an edge are like. Numbers that need a spread are absent where all weights are the same.
struct WeightDistribution {
  double mean = 0, deviation = 0, zeros = 0;
  std::optional<double> skewness, kurtosis;  ///< m3 / m2^1.5, m4 / m2^2 - 3
  std::optional<double> gini;                ///< absent where all are 0
  /// Of the magnitudes of the weights that are not 0, where these have one sign and are not all the same.
  struct LogNormal {
    double mu = 0, sigma = 0, distance = 0;
    std::size_t weights = 0;
  };
  std::optional<LogNormal> lognormal;
};

/// Of n weights with central moments m_k = sum (w - mean)^k / n: deviation sqrt(m2). Gini of the magnitudes in order,
/// a_1 <= ... <= a_n: sum_i (2 i - n - 1) a_i / (n sum a). The log-normal distribution has the greatest likelihood:
/// mu, sigma are mean and deviation (of n) of ln |w|; its distance is max |F_n - F| of the empirical distribution
/// function and F(w) = Phi((ln w - mu) / sigma). Throws Error if there is no weight, or one is not finite.
WeightDistribution weight_distribution(std::span<const double> weights);

struct Histogram {
  std::vector<double> edges;   ///< bins + 1
  std::vector<double> counts;  ///< a value on an edge counts above it, the largest in the last bin
};

/// Of equally wide bins from the smallest value to the largest, or half around it where all are the same. Throws as
/// `weight_distribution`.
Histogram histogram(std::span<const double> values, std::size_t bins);

extern const RecordedMeasure weights_measure;

}  // namespace cajal::analysis
