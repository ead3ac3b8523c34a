#pragma once

#include <optional>
#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry r2_entry{
    "r2", "share of the targets' variance that predictions explain",
    "1 - sum (y - p)^2 / sum (y - mean y)^2, a mean over targets; 0: as good as their mean, negative: worse",
    "Draper & Smith 1998, Applied Regression Analysis, 3rd ed., ch. 1", "[measure]\nr2 = {}"};
inline constexpr MeasureEntry rmse_entry{"rmse", "root of the mean squared error, in the unit of the target",
                                         "sqrt(mean (y - p)^2), a mean over targets",
                                         "Hyndman & Koehler 2006, Int. J. Forecasting 22:679", "[measure]\nrmse = {}"};
inline constexpr MeasureEntry mae_entry{"mae", "mean absolute error, in the unit of the target",
                                        "mean |y - p|, over samples and targets",
                                        "Hyndman & Koehler 2006, Int. J. Forecasting 22:679", "[measure]\nmae = {}"};

/// How far predictions of numbers are off, each a mean over targets.
struct RegressionErrors {
  std::optional<double> r2;  ///< none where a target does not vary
  double rmse = 0, mae = 0;
};

/// r2 = 1 - sum (y - p)^2 / sum (y - mean y)^2, rmse = sqrt(mean (y - p)^2), mae = mean |y - p|; predicted, target
/// [sample][target]. Throws Error if there are no samples or sizes do not fit.
RegressionErrors regression_errors(std::span<const double> predicted, std::span<const double> target,
                                   std::size_t targets);

}  // namespace cajal::analysis
