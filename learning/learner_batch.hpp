#pragma once

#include <vector>

#include "learning/learner.hpp"

namespace cajal {

/// The samples that are shown side by side, and what came of them.
template <class Real>
struct Learner<Real>::Batch {
  const data::Dataset* dataset = nullptr;
  std::vector<std::uint32_t> samples;
  /// Whose loss is taken; null: nobody's.
  Trainer<Real>* trainer = nullptr;
  bool gradient = false;  ///< its parameters are changed along the gradient of these samples
  bool watched = false;   ///< and the norms of that gradient are wanted
  bool measured = false;
  const data::Augment* augment = nullptr;  ///< how samples are changed as they are shown, null: not at all
  std::size_t first = 0;                   ///< number of the first sample within the phase
  double total = 0;                        ///< sum of the weights of the samples in the loss
  std::vector<double> terms;               ///< of the loss, by sample

  double loss() const {
    double sum = 0;
    for (const double term : terms) sum += term;
    return sum;
  }
};

}  // namespace cajal
