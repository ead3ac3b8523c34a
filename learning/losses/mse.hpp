#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "learning/losses/reduction.hpp"

namespace cajal {

/// Mean squared error over all elements of a batch of B samples with n outputs:
///
///     L = 1 / (B n) sum_b sum_k (y_bk - t_bk)^2        dL/dy_bk = 2 (y_bk - t_bk) / (B n)
///
/// With `reduction = "sum"` the factor 1 / (B n) is 1. A class as target is one-hot: 1 for its output, 0 for the
/// others. Convention: PyTorch's `MSELoss`, Keras' `MeanSquaredError`; textbooks often have 1/2 sum_k instead.
struct Mse {
  static constexpr std::string_view name = "mse";
  static constexpr std::string_view meaning =
      "mean squared error over all outputs and samples; a class as target is one-hot";
  static constexpr std::string_view snippet = R"(loss = "mse")";

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
      sum += error * error;
      if (!gradient.empty()) gradient[k] = static_cast<Real>(2 * scale * error);
    }
    return scale * sum;
  }
};

}  // namespace cajal
