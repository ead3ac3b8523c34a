#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "learning/classical/samples.hpp"
#include "sim/config/table.hpp"

namespace cajal::classical {

/// The k training samples that are nearest by Euclidean distance vote, or their targets are averaged:
///
///     score_c = sum over neighbours j of class c of w_j / sum_j w_j        y = sum_j w_j y_j / sum_j w_j
///
/// w_j = 1, or with `distance` 1 / d_j, where neighbours at d = 0 outweigh all others. Of equal distances the earlier
/// training sample is nearer; of equal scores the lower class wins.
/// The distances come from dense products in float; all that could be among the nearest for their rounding are then
/// measured in double, so that the neighbours are exact. The parameters are the training samples themselves.
/// Convention: scikit-learn's `KNeighborsClassifier`, `KNeighborsRegressor`. Source: Cover & Hart 1967, IEEE Trans.
/// Inf. Theory 13:21.
struct KNearestNeighbours {
  static constexpr std::string_view name = "k_nearest_neighbours";
  static constexpr std::string_view meaning = "vote, or mean, of the k training samples that are nearest";
  static constexpr std::string_view snippet = R"(classical = { kind = "k_nearest_neighbours", k = 5 })";
  static constexpr bool of_classes = true, of_numbers = true;

  enum class Weights { uniform, distance };
  std::int64_t k = 5;
  Weights weights = Weights::uniform;

  std::size_t features = 0, outputs = 0;
  std::vector<float> x;             ///< [sample][feature]
  std::vector<std::int32_t> label;  ///< [sample]; empty for regression
  std::vector<float> y;             ///< [sample][output]; empty for classification

  template <class Visitor>
  void options(Visitor& visit) {
    visit.integer("k", k, 1, 1000000, "how many neighbours");
    visit.choice("weights", weights, {"uniform", "distance"}, "each neighbour counts alike, or by 1 / distance");
  }

  struct Neighbour {
    double square = 0;  ///< of the distance
    std::uint32_t sample = 0;
    friend auto operator<=>(const Neighbour&, const Neighbour&) = default;
  };

  /// Throws DataError if there are fewer training samples than k.
  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  /// The k nearest training samples of each sample, [sample][k], nearest first.
  std::vector<Neighbour> neighbours(const Samples& samples, Team& team) const;
  std::vector<Array> arrays(const Shape& shape) const;
  void restore(std::vector<Array> arrays, const Shape& shape);
  static std::size_t parameters(const Shape& shape) { return shape.samples * shape.features; }
  static double bytes(const Shape& shape);
};

}  // namespace cajal::classical
