#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// What can be done to each feature; what it needs to know comes from the training samples alone.
enum class Preprocessing {
  fill,         ///< where the source had no value: the mean of the values there are
  scale,        ///< (x - minimum) / (maximum - minimum); other samples may fall outside of 0 .. 1
  standardise,  ///< (x - mean) / sd, sd = sqrt(sum (x - mean)^2 / n)
};

std::string_view name(Preprocessing step);

/// One step with its statistics, [feature] each: x becomes (x - centre) / spread, or 0 where the spread is 0, that is
/// where all training samples are equal.
struct FittedStep {
  Preprocessing step = Preprocessing::scale;
  std::vector<double> centre;  ///< fill: what is filled in; scale: minimum; standardise: mean
  std::vector<double> spread;  ///< fill: none; scale: maximum - minimum; standardise: sd

  /// Throws DataError if the dataset has another number of features or if a value leaves the range of a float.
  void apply(Dataset& dataset) const;
};

/// Fits one step to the samples `train`. Throws DataError, also if a feature to fill has no value in any of them.
FittedStep fit(const Dataset& dataset, std::span<const std::uint32_t> train, Preprocessing step);

/// Fits and applies the steps in their order, each to what the one before made; filling goes first where values are
/// missing and is not to be listed. Gives the steps done, to be kept with a result and applied to other data.
std::vector<FittedStep> preprocess(Dataset& dataset, std::span<const std::uint32_t> train,
                                   std::span<const Preprocessing> steps);

}  // namespace cajal::data
