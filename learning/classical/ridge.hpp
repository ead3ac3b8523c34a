#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "learning/classical/linear.hpp"
#include "sim/config/table.hpp"

namespace cajal::classical {

/// Linear least squares with a penalty of the squared weights, the intercept not penalised:
///
///     min over W, b of  sum_i |y_i - W x_i - b|^2 + alpha |W|^2
///     W^T = (Xc^T Xc + alpha I)^-1 Xc^T Yc = Xc^T (Xc Xc^T + alpha I)^-1 Yc      b = mean y - W mean x
///
/// with Xc, Yc less their means; of the two the smaller system is solved. Of classes y is one-hot and the largest score
/// wins: the same answers as with -1 and 1. alpha = 0 is ordinary least squares, of several solutions the shortest.
/// Convention: scikit-learn's `Ridge`, `RidgeClassifier`. Source: Hoerl & Kennard 1970, Technometrics 12:55.
struct Ridge : Linear {
  static constexpr std::string_view name = "ridge";
  static constexpr std::string_view meaning =
      "linear least squares with penalty alpha |W|^2, solved at once; classes are one-hot targets";
  static constexpr std::string_view snippet = R"(classical = { kind = "ridge", alpha = 1.0 })";
  static constexpr bool of_classes = true, of_numbers = true;

  double alpha = 1;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.number("alpha", alpha, config::not_negative,
                 "weight of the penalty against the sum of squared errors, as in scikit-learn; 0: none");
  }

  /// Returns what kept it from its end; empty: nothing.
  std::string fit(const Samples& train, Team& team, const std::atomic<bool>& stop);
  /// What a fit takes of memory.
  static double bytes(const Shape& shape);
};

}  // namespace cajal::classical
