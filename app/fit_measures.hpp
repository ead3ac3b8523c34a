#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/measures.hpp"

namespace cajal::app {

/// Measures that train a learner again, in another way: with fewer samples, or with one task after the other.
struct FitMeasures {
  struct SampleEfficiency {
    std::vector<std::int64_t> samples;  ///< of the training data, ascending
    std::int64_t presentations = 0;     ///< each training shows at least so many
  };
  struct Continual {
    Tasks tasks;
  };
  struct LearningSpeed {
    double accuracy = 0.9;  ///< on the validation samples
  };
  std::optional<SampleEfficiency> sample_efficiency;
  std::optional<Continual> continual;
  std::optional<LearningSpeed> learning_speed;

  bool any() const { return sample_efficiency || continual || learning_speed; }
  /// Of `[measure]`; what is wrong goes to the diagnostics.
  static FitMeasures read(const config::Table& root, const Data& data);
};

/// Makes the learner of a run anew, untrained, to learn from this split.
using MakeLearner = std::function<std::unique_ptr<AnyLearner>(const data::Split& split)>;

/// Takes them of one learner that has run, and those that train it again. Ends early, between two trainings, when the
/// user asked to stop.
Findings take_fit_measures(const FitMeasures& measures, const AnyLearner& learner, std::uint64_t seed, const Data& data,
                           const MakeLearner& make);

/// The first `n` of the training samples in an order that is the same for all learners of a seed, in which every class
/// comes as often as every other: what is smaller is part of what is larger.
std::vector<std::uint32_t> first_balanced(const Data& data, std::size_t n, std::uint64_t seed);

}  // namespace cajal::app
