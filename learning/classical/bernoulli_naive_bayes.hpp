#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "learning/classical/samples.hpp"
#include "sim/config/table.hpp"

namespace cajal::classical {

/// Bayes' rule with features that are independent within each class and either above a threshold or not:
///
///     log p(c | x) = log n_c / n + sum_f log (x_f > threshold ? q_cf : 1 - q_cf) - log sum over all classes
///     q_cf = (samples of class c with x_f > threshold + alpha) / (n_c + 2 alpha)
///
/// Scores are log p(c | x); of a class without training samples the lowest float. Convention: scikit-learn's
/// `BernoulliNB`, whose `binarize` is `threshold`. Source: McCallum & Nigam 1998, AAAI workshop on learning for text
/// categorization.
struct BernoulliNaiveBayes {
  static constexpr std::string_view name = "bernoulli_naive_bayes";
  static constexpr std::string_view meaning =
      "Bayes' rule with features that are above a threshold or not, independent in each class";
  static constexpr std::string_view snippet =
      R"(classical = { kind = "bernoulli_naive_bayes", alpha = 1.0, threshold = 0.5 })";
  static constexpr bool of_classes = true, of_numbers = false;

  double alpha = 1, threshold = 0;

  std::vector<double> prior;        ///< [class], share of the training samples
  std::vector<double> probability;  ///< [class][feature], of being above the threshold

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("alpha", alpha, config::positive, "samples of either kind that are added to each class");
    visit.number("threshold", threshold, config::any_number, "a feature is 1 where it is larger, else 0");
  }

  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  std::vector<Array> arrays(const Shape& shape) const;
  void restore(std::vector<Array> arrays, const Shape& shape);
  static std::size_t parameters(const Shape& shape) { return (shape.features + 1) * shape.outputs; }
  static double bytes(const Shape& shape);
};

}  // namespace cajal::classical
