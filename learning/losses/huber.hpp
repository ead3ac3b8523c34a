#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "learning/losses/reduction.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// Huber's loss over all elements of a batch of B samples with n outputs, with e = y_bk - t_bk:
///
///     L = 1 / (B n) sum_b sum_k  e^2 / 2 where |e| < delta, else delta (|e| - delta / 2)
///     dL/dy_bk = max(-delta, min(delta, e)) / (B n)
///
/// With `reduction = "sum"` the factor 1 / (B n) is 1. A class as target is one-hot. With delta = 1 it is PyTorch's
/// `SmoothL1Loss` too. Source: Huber 1964, Ann. Math. Statist. 35:73. Convention: PyTorch's `HuberLoss`, Keras'
/// `Huber`.
struct Huber {
  static constexpr std::string_view name = "huber";
  static constexpr std::string_view meaning =
      "squared error where it is small, absolute error where it is large; a class as target is one-hot";
  static constexpr std::string_view snippet = R"(loss = { kind = "huber", delta = 1.0 })";

  Reduction reduction = Reduction::mean;
  double delta = 1;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.choice("reduction", reduction, reduction_names,
                 "mean over outputs and samples (PyTorch, Keras), or their sum");
    visit.number("delta", delta, config::positive, "error at which the loss goes on linearly");
  }

  /// See Loss::sample. `target(k)` is what output k should be.
  template <class Real, class Target>
  double sample(std::span<const Real> output, const Target& target, double total, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / (total * static_cast<double>(output.size())) : 1;
    double sum = 0;
    for (std::size_t k = 0; k < output.size(); ++k) {
      const double error = static_cast<double>(output[k]) - target(k), size = std::fabs(error);
      sum += size < delta ? error * error / 2 : delta * (size - delta / 2);
      if (!gradient.empty()) gradient[k] = static_cast<Real>(scale * std::clamp(error, -delta, delta));
    }
    return scale * sum;
  }
};

}  // namespace cajal
