#pragma once

#include <cstddef>
#include <span>

namespace cajal::analysis {

/// The mean of repeated measurements and what they say of the mean behind it.
struct MeanInterval {
  double mean = 0;
  double low = 0, high = 0;  ///< 95 % interval; NaN where there is one value
  std::size_t n = 0;
};

/// mean +- t s / sqrt(n), s the standard deviation with n - 1, t the 97.5 % quantile of Student's distribution with
/// n - 1 degrees of freedom. It supposes independent values that are about normal. Values that are not finite do not
/// count; of none the mean is NaN. Source: Student 1908, Biometrika 6:1.
MeanInterval mean_interval(std::span<const double> values);

}  // namespace cajal::analysis
