#pragma once

#include <span>
#include <vector>

namespace cajal::analysis {

/// A number for each two samples; symmetric.
struct SampleMatrix {
  std::size_t samples = 0;
  std::vector<double> values;  ///< [sample][sample]

  double at(std::size_t s, std::size_t t) const { return values[s * samples + t]; }
};

/// K_st = sum_u x_su x_tu of `values`, [sample][unit], after the mean over samples is taken from each unit; a unit that
/// is the same for all samples adds exactly 0. Sums go over units in their order: the same bits for any number of
/// threads. Throws Error if the values are no whole number of rows.
SampleMatrix centred_gram(std::span<const float> values, std::size_t units);

/// sum_st A_st B_st. Throws Error if the numbers of samples differ.
double inner(const SampleMatrix& a, const SampleMatrix& b);

}  // namespace cajal::analysis
