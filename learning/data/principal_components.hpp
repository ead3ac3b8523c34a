#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// The directions in which samples vary most, each orthogonal to those before.
struct PrincipalComponents {
  std::vector<double> mean;       ///< [feature]
  std::vector<double> direction;  ///< [component][feature], of length 1; its largest entry in magnitude is positive
  std::vector<double> variance;   ///< [component], of the samples along it (over n), in descending order
};

/// The first `count` eigenvectors of the covariance C = Xc^T Xc / n of these samples, or where there are fewer samples
/// than features those of Xc Xc^T / n, led back by Xc^T. Throws DataError if the samples vary in fewer directions, or
/// if it takes more memory than there is. Source: Pearson 1901, Phil. Mag. 2:559; Hotelling 1933, J. Educ. Psychol.
/// 24:417.
PrincipalComponents principal_components(const Dataset& dataset, std::span<const std::uint32_t> samples,
                                         std::size_t count);

}  // namespace cajal::data
