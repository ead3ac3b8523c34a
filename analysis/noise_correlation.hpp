#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry noise_correlation_entry{
    "noise_correlation",
    "whether units stray from their means together: correlation of what the class does not explain",
    "Pearson's correlation of the residuals of two units, mean over pairs; a residual is a sample's mean output minus "
    "the unit's mean over all samples of that class. Samples of a class are not repetitions of one stimulus: what "
    "differs "
    "between them counts as noise here, so this is no less than the correlation over repetitions",
    "Cohen & Kohn 2011, Nat. Neurosci. 14:811, with classes for stimuli",
    "[measure]\nnoise_correlation = {}",
    "of: which nodes, as of cka"};

struct NoiseCorrelation {
  std::optional<double> mean;  ///< over pairs, none with fewer than two units
  std::size_t units = 0;       ///< whose residuals vary
};

/// Of `values`, [sample][unit]: e_su = x_su minus the mean of unit u over the samples of the class of s; mean over
/// pairs of units of sum_s e_su e_sv / (|e_u| |e_v|), which with z_u = e_u / |e_u| and N units is (sum_s (sum_u z_su)^2
/// - N) / (N (N - 1)). Samples whose label is below 0 and units whose residuals are all 0 do not count. Throws Error if
/// the values are not as many rows as labels.
NoiseCorrelation noise_correlation(std::span<const float> values, std::size_t units,
                                   std::span<const std::int32_t> label);

extern const RecordedMeasure noise_correlation_measure;

}  // namespace cajal::analysis
