#pragma once

#include <vector>

#include "learning/learner.hpp"

namespace cajal {

/// The samples that are shown side by side, and what came of them.
template <class Real>
struct Learner<Real>::Batch {
  const data::Dataset* dataset = nullptr;
  std::vector<std::uint32_t> samples;
  bool gradient = false;  ///< parameters are changed along the gradient of these samples
  bool measured = false;
  const data::Augment* augment = nullptr;  ///< how samples are changed as they are shown, null: not at all
  std::size_t first = 0;                   ///< number of the first sample within the phase
  std::vector<double> terms;               ///< of the loss, by sample
  std::vector<double> gains;               ///< added to the input's, by sample; empty: none
};

}  // namespace cajal
