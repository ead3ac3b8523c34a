#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "learning/classical/samples.hpp"
#include "sim/config/table.hpp"

namespace cajal::classical {

/// Bayes' rule with features that are independent and normal within each class:
///
///     log p(c | x) = log n_c / n - 1/2 sum_f (log 2 pi v_cf + (x_f - m_cf)^2 / v_cf) - log sum over all classes
///
/// with n_c the class' training samples, m its means, v its variances (over n_c) plus `var_smoothing` times the largest
/// variance of a feature. Scores are log p(c | x); of a class without training samples the lowest float.
/// Convention: scikit-learn's `GaussianNB`. Source: Duda & Hart 1973, "Pattern classification and scene analysis",
/// section 2.7.
struct NaiveBayes {
  static constexpr std::string_view name = "naive_bayes";
  static constexpr std::string_view meaning = "Bayes' rule with features that are normal and independent in each class";
  static constexpr std::string_view snippet = R"(classical = { kind = "naive_bayes", var_smoothing = 1e-9 })";
  static constexpr bool of_classes = true, of_numbers = false;

  double var_smoothing = 1e-9;

  std::vector<double> prior;           ///< [class], share of the training samples
  std::vector<double> mean, variance;  ///< [class][feature]

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("var_smoothing", var_smoothing, config::positive,
                 "share of the largest variance of a feature that is added to all variances");
  }

  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  std::vector<Array> arrays(const Shape& shape) const;
  void restore(std::vector<Array> arrays, const Shape& shape);
  static std::size_t parameters(const Shape& shape) { return (2 * shape.features + 1) * shape.outputs; }
  static double bytes(const Shape& shape);
};

}  // namespace cajal::classical
