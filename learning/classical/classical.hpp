#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "learning/classical/baseline.hpp"
#include "learning/classical/bernoulli_naive_bayes.hpp"
#include "learning/classical/k_nearest_neighbours.hpp"
#include "learning/classical/logistic_regression.hpp"
#include "learning/classical/naive_bayes.hpp"
#include "learning/classical/ridge.hpp"
#include "learning/option.hpp"

namespace cajal::classical {

/// The catalogue: a learner is one file and one word here.
using Kind =
    std::variant<Ridge, LogisticRegression, KNearestNeighbours, NaiveBayes, BernoulliNaiveBayes, Majority, Mean>;

/// What `describe` says of each.
std::vector<KindEntry> entries();

/// A learner without nodes, edges and time: it is fitted at once. It computes in double, and the same for any team.
class Classical {
 public:
  /// What stands at `classical` of a learner's tree: `classical = { kind = "ridge", alpha = 1.0 }`. Nothing, with an
  /// error, if it is wrong or cannot learn what the data ask for.
  static std::optional<Classical> read(const config::Table& tree, const Shape& shape);

  std::string_view name() const;
  const Shape& shape() const { return shape_; }
  bool fitted() const { return fitted_; }
  /// Fits the training samples. Gives what kept it from its end, for people; empty: nothing. `stop` set from outside
  /// ends it early. Throws DataError if they cannot be fitted.
  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  /// scores [sample][output] of samples of any data set with as many features: the largest is the class, or they are
  /// the answer. Throws Error before a fit.
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  /// How many numbers are fitted.
  std::size_t parameters() const;
  /// All that a fit left; before it the same without values.
  std::vector<Array> arrays() const;
  /// Takes them back; shapes as `arrays` gave them, of `sample` axes any size.
  void restore(std::vector<Array> arrays);

 private:
  Classical(Kind kind, const Shape& shape) : kind_(std::move(kind)), shape_(shape) {}

  Kind kind_;
  Shape shape_;
  bool fitted_ = false;
};

}  // namespace cajal::classical
