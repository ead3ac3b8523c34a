#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learning/data/dataset.hpp"

/// How much single features say of what is to be predicted: by these numbers they are selected.
namespace cajal::data {

/// Of each feature the F statistic of these samples; larger says more. With K classes of n_k samples
///
///     F = (sum_k n_k (m_k - m)^2 / (K - 1)) / (sum_k sum_i (x_ki - m_k)^2 / (n - K))
///
/// and with a number y as target F = r^2 (n - 2) / (1 - r^2), r their correlation. A constant feature has F = 0; where
/// the denominator is 0 it is infinite. Throws DataError if there are several targets or too few samples.
/// Source: Fisher 1925, "Statistical methods for research workers", chapter 7. scikit-learn: `f_classif`,
/// `f_regression`.
std::vector<double> f_test(const Dataset& dataset, std::span<const std::uint32_t> samples);

/// Of each feature its mutual information with the class, in nats, once it is cut into `bins` of equally many of these
/// samples (bin b ends with the value of rank b n / bins); features of no more different values have a bin for each:
///
///     I = sum_bc p(b, c) log (p(b, c) / (p(b) p(c)))
///
/// Throws DataError if the targets are numbers. Source: Shannon 1948, Bell Syst. Tech. J. 27:379. scikit-learn's
/// `mutual_info_classif` estimates it from neighbours instead.
std::vector<double> mutual_information(const Dataset& dataset, std::span<const std::uint32_t> samples,
                                       std::size_t bins);

}  // namespace cajal::data
