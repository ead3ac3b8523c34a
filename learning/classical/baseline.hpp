#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "learning/classical/samples.hpp"

namespace cajal::classical {

/// What a learner that never looks at the features says: scores that are the same for all samples, the mean of what is
/// to be told of the training samples. Of classes these are their shares, of numbers the mean of each target.
struct Baseline {
  std::vector<double> mean;  ///< [output]

  template <class Visitor>
  void options(Visitor&) {}

  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  std::vector<Array> arrays(const Shape& shape) const;
  void restore(std::vector<Array> arrays, const Shape& shape);
  static std::size_t parameters(const Shape& shape) { return shape.outputs; }
  static double bytes(const Shape&) { return 0; }
};

/// Answers with the most frequent class; of equally frequent ones the lowest.
struct Majority : Baseline {
  static constexpr std::string_view name = "majority";
  static constexpr std::string_view meaning = "baseline: the most frequent class of the training samples, always";
  static constexpr std::string_view snippet = R"(classical = "majority")";
  static constexpr bool of_classes = true, of_numbers = false;
};

struct Mean : Baseline {
  static constexpr std::string_view name = "mean";
  static constexpr std::string_view meaning = "baseline: the mean of the training targets, always";
  static constexpr std::string_view snippet = R"(classical = "mean")";
  static constexpr bool of_classes = false, of_numbers = true;
};

}  // namespace cajal::classical
