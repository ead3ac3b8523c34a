#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "learning/classical/linear.hpp"
#include "sim/config/table.hpp"

namespace cajal::classical {

/// Multinomial logistic regression with a penalty of the squared weights, the intercepts not penalised:
///
///     min over W, b of  C sum_i -log p_i(y_i) + 1/2 |W|^2        p_i(k) = exp(z_ik) / sum_j exp(z_ij), z = W x + b
///
/// With two classes the penalty is 1/2 |W_1 - W_0|^2, that of the one weight vector of the logistic function. Minimised
/// in the features less their mean over their sd, which changes what is computed and not what is found, by Newton's
/// method: each step by conjugate gradients with products of the Hessian alone, scaled by its approximate diagonal, and
/// shortened until the loss falls. It ends when no derivative of the mean loss by a weight of such a feature is larger
/// than `tolerance`. Scores are log p.
/// Convention: scikit-learn's `LogisticRegression` (`C`, no penalty of the intercept). Sources: Cox 1958, J. R. Stat.
/// Soc. B 20:215; Nocedal & Wright 2006, "Numerical Optimization", 2nd ed., algorithm 7.1.
struct LogisticRegression : Linear {
  static constexpr std::string_view name = "logistic_regression";
  static constexpr std::string_view meaning =
      "softmax of a linear function of the features, by Newton's method: min C sum_i -log p_i + 1/2 |W|^2";
  static constexpr std::string_view snippet = R"(classical = { kind = "logistic_regression", C = 1.0 })";
  static constexpr bool of_classes = true, of_numbers = false;

  double C = 1, tolerance = 1e-5;
  std::int64_t iterations = 100;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("C", C, config::positive, "weight of the losses against the penalty, as in scikit-learn");
    visit.number("tolerance", tolerance, config::positive,
                 "largest derivative of the mean loss, by weights of features of sd 1, at which it ends");
    visit.integer("iterations", iterations, 1, 100000, "Newton steps at most");
  }

  /// Returns what kept it from its end; empty: nothing.
  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  void scores(const Samples& samples, std::span<double> scores, Team& team) const;
  /// What a fit takes of memory.
  static double bytes(const Shape& shape);
};

}  // namespace cajal::classical
