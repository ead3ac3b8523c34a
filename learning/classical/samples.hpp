#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "learning/data/dataset.hpp"
#include "learning/linear_algebra.hpp"

namespace cajal::classical {

/// Samples of a data set, in this order.
struct Samples {
  const data::Dataset& dataset;
  std::span<const std::uint32_t> index;

  std::size_t size() const { return index.size(); }
  std::span<const float> x(std::size_t i) const {
    return {dataset.x.data() + std::size_t{index[i]} * dataset.features, dataset.features};
  }
  std::int32_t label(std::size_t i) const { return dataset.label[index[i]]; }
  /// Number k that is to be told of sample i: a target, or of classes 1 for the right one, else 0.
  double target(std::size_t i, std::size_t k) const {
    if (dataset.classification()) return static_cast<std::size_t>(label(i)) == k ? 1 : 0;
    return static_cast<double>(dataset.y[std::size_t{index[i]} * dataset.targets + k]);
  }
  /// How many such numbers there are.
  std::size_t outputs() const { return dataset.classification() ? dataset.classes : dataset.targets; }
  /// x - centre, a row for each sample; empty: x itself.
  Matrix matrix(std::span<const double> centre) const;
  /// Of each feature over these samples.
  std::vector<double> mean() const;
  /// Samples of each class.
  std::vector<double> class_counts() const;
};

/// What a learner is asked for: its size is known before it is fitted.
struct Shape {
  std::size_t samples = 0;  ///< for training
  std::size_t features = 0, outputs = 0;
  bool classes = true;
};

/// Numbers that a fit leaves, as a result holds them.
struct Array {
  std::string name, meaning;
  std::vector<std::string> axes;
  std::vector<std::size_t> shape;
  std::variant<std::vector<double>, std::vector<float>, std::vector<std::int32_t>> values;
};

/// Logarithms of the probabilities that are proportional to exp(z): z - log sum_k exp(z_k), in place.
void log_softmax(std::span<double> z);
/// The same where classes of prior 0 cannot be: they get the lowest float.
void log_posterior(std::span<const double> prior, std::span<double> z);

/// Calls each(sample) for all samples, shared by the team.
template <class Each>
void each_sample(std::size_t samples, Team& team, Each&& each) {
  team.run([&](std::size_t part) {
    const std::size_t end = samples * (part + 1) / team.size();
    for (std::size_t i = samples * part / team.size(); i < end; ++i) each(i);
  });
}

}  // namespace cajal::classical
