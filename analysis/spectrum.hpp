#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace cajal::analysis {

/// A one-sided power spectral density.
struct Spectrum {
  std::vector<double> frequency;  ///< Hz, from 0 to half the sampling rate
  std::vector<double> power;      ///< unit^2 / Hz; its integral over frequency is the variance
  std::size_t segments = 0;       ///< that were averaged
};

/// Welch's estimate: segments of `length` samples that overlap by half, each without its mean and times a periodic Hann
/// window w, their periodograms averaged:
///
///     P(f_k) = c_k |sum_j w_j (x_j - mean) exp(-2 pi i jk / length)|^2 / (rate sum_j w_j^2),
///
/// c_k = 2 but for f = 0 and half the sampling rate, where it is 1. What does not fill a segment at the end is left
/// out. `rate`: samples a second. Throws Error unless length >= 2, rate > 0 and there are `length` values. Source:
/// Welch 1967, IEEE Trans. Audio Electroacoust. 15:70.
Spectrum spectrum(std::span<const double> values, double rate, std::size_t length);

}  // namespace cajal::analysis
