#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learning/environments/environment.hpp"

namespace cajal {

/// What stands for an observation in a population: numbers of 0 to 1, one for each of its features.
class PopulationCode {
 public:
  enum class Kind {
    direct,   ///< a feature for each number: its place between `low` and `high`
    boxes,    ///< a feature for each combination of the intervals between edges: 1 where the observation is
    gaussian  ///< a feature for each point of a grid: exp(-d^2 / 2), d in units of the spacing times `width`
  };
  static const std::vector<std::string>& kind_names();

  PopulationCode() = default;
  /// `units`: of a gaussian code, points of the grid along each number, at least 2. The first number varies slowest.
  PopulationCode(Kind kind, std::vector<ObservedQuantity> observed, std::vector<std::size_t> units = {},
                 double width = 0.5);

  /// `code = "boxes"`, or `{ kind = "gaussian", units = [5, 3, 7, 3], width = 0.5 }`, of the table of what observes.
  /// Errors go to the table's diagnostics.
  static PopulationCode read(const config::Table& table, std::vector<ObservedQuantity> observed);

  std::size_t features() const { return features_; }
  /// Of an observation, written to `out`, which has one place for each feature.
  void encode(std::span<const double> observation, std::span<double> out) const;

 private:
  double place(std::span<const double> observation, std::size_t i) const;

  Kind kind_ = Kind::direct;
  std::vector<ObservedQuantity> observed_;
  std::vector<std::size_t> units_;  ///< features along each number
  double width_ = 0.5;
  std::size_t features_ = 0;
};

}  // namespace cajal
