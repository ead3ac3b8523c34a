#pragma once

#include <cmath>
#include <span>
#include <string_view>

#include "learning/losses/reduction.hpp"

namespace cajal {

/// Mean absolute error over all elements of a batch of B samples with n outputs:
///
///     L = 1 / (B n) sum_b sum_k |y_bk - t_bk|        dL/dy_bk = sign(y_bk - t_bk) / (B n), 0 where they are equal
///
/// With `reduction = "sum"` the factor 1 / (B n) is 1. A class as target is one-hot. Convention: PyTorch's `L1Loss`,
/// Keras' `MeanAbsoluteError`.
struct Mae {
  static constexpr std::string_view name = "mae";
  static constexpr std::string_view meaning =
      "mean absolute error over all outputs and samples; a class as target is one-hot";
  static constexpr std::string_view snippet = R"(loss = "mae")";

  Reduction reduction = Reduction::mean;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.choice("reduction", reduction, reduction_names,
                 "mean over outputs and samples (PyTorch, Keras), or their sum");
  }

  /// See Loss::sample. `target(k)` is what output k should be.
  template <class Real, class Target>
  double sample(std::span<const Real> output, const Target& target, double total, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / (total * static_cast<double>(output.size())) : 1;
    double sum = 0;
    for (std::size_t k = 0; k < output.size(); ++k) {
      const double error = static_cast<double>(output[k]) - target(k);
      sum += std::fabs(error);
      if (!gradient.empty()) gradient[k] = static_cast<Real>(error > 0 ? scale : error < 0 ? -scale : 0.0);
    }
    return scale * sum;
  }
};

}  // namespace cajal
