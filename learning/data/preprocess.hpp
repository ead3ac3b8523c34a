#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "learning/data/dataset.hpp"
#include "sim/config/table.hpp"

namespace cajal::data {

/// What can be done to the features; what it needs to know comes from the training samples alone.
enum class Preprocessing {
  fill,         ///< where the source had no value: the mean of the values there are
  scale,        ///< (x - minimum) / (maximum - minimum); other samples may fall outside of 0 .. 1
  standardise,  ///< (x - mean) / sd, sd = sqrt(sum (x - mean)^2 / n)
  select,       ///< the features that say most of the target, in their old order
  pca,          ///< the first principal components in place of the features
};

std::string_view name(Preprocessing step);

/// A step as a config asks for it: `"scale"`, `{ select = 10, by = "mutual_information" }`, `{ pca = 20 }`.
struct PreprocessingStep {
  enum class By { mutual_information, f_test };

  PreprocessingStep(Preprocessing step = Preprocessing::scale) : kind(step) {}

  Preprocessing kind;
  std::size_t count = 0;  ///< select, pca: how many features are left
  By by = By::f_test;     ///< select
  std::size_t bins = 10;  ///< of the mutual information
  friend bool operator==(const PreprocessingStep&, const PreprocessingStep&) = default;
};

/// Reads the list `preprocess` of a config's root.
std::vector<PreprocessingStep> preprocessing(const config::Table& root);

/// One step with its statistics.
/// fill, scale, standardise: x becomes (x - centre) / spread of its feature, or 0 where the spread is 0, that is where
/// all training samples are equal. select: feature `kept[k]` becomes feature k. pca: feature k becomes
/// sum_f direction[k][f] (x_f - centre_f).
struct FittedStep {
  Preprocessing step = Preprocessing::scale;
  std::vector<double> centre = {};       ///< [feature]; fill: what is filled in; scale: minimum; else the mean
  std::vector<double> spread = {};       ///< [feature]; scale: maximum - minimum; standardise: sd
  std::vector<std::uint32_t> kept = {};  ///< select, [kept feature], ascending
  std::vector<double> score = {};        ///< select, [feature], by which they were kept
  std::vector<double> direction = {};    ///< pca, [component][feature]
  std::vector<double> variance = {};     ///< pca, [component], of the training samples

  /// How many features its samples must have.
  std::size_t features() const { return step == Preprocessing::select ? score.size() : centre.size(); }
  /// Throws DataError if the dataset has another number of features or if a value leaves the range of a float.
  void apply(Dataset& dataset) const;
};

/// Fits one step to the samples `train`. Throws DataError, also if a feature to fill has no value in any of them, or if
/// more features are to be kept than there are.
FittedStep fit(const Dataset& dataset, std::span<const std::uint32_t> train, const PreprocessingStep& step);

/// Fits and applies the steps in their order, each to what the one before made; filling goes first where values are
/// missing and is not to be listed. Gives the steps done, to be kept with a result and applied to other data.
std::vector<FittedStep> preprocess(Dataset& dataset, std::span<const std::uint32_t> train,
                                   std::span<const PreprocessingStep> steps);

/// A step, as `cajal describe` lists it.
struct PreprocessingEntry {
  std::string_view name, meaning;
  std::string_view snippet;  ///< of a config
};

std::vector<PreprocessingEntry> preprocessing_entries();

}  // namespace cajal::data
