#pragma once

#include <span>
#include <string_view>

#include "learning/losses/reduction.hpp"
#include "learning/losses/target.hpp"

namespace cajal {

/// Hinge loss: outputs are to be right by a margin of 1, and beyond it nothing is gained.
///
/// A class c as target of n outputs (Crammer & Singer 2001, J. Mach. Learn. Res. 2:265, as PyTorch's
/// `MultiMarginLoss`):
///
///     L = 1 / (B n) sum_b sum_(k != c) max(0, 1 - y_bc + y_bk)
///
/// Numbers as targets, or a class of two as target of one output (PyTorch's and Keras' `Hinge`): s_bk = 1 where the
/// target is above 0, else -1, so that targets may be 0 and 1 or -1 and 1:
///
///     L = 1 / (B n) sum_b sum_k max(0, 1 - s_bk y_bk)
///
/// With `reduction = "sum"` the factor 1 / (B n) is 1. One output above 0 answers class 1.
struct Hinge {
  static constexpr std::string_view name = "hinge";
  static constexpr std::string_view meaning =
      "outputs are to be right by a margin of 1: Crammer and Singer's for classes, +-1 for one output or numbers";
  static constexpr std::string_view snippet = R"(loss = "hinge")";
  static constexpr bool binary = true;

  Reduction reduction = Reduction::mean;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.choice("reduction", reduction, reduction_names,
                 "mean over outputs and samples (PyTorch, Keras), or their sum");
  }

  /// See Loss::sample.
  template <class Real>
  double sample(std::span<const Real> output, const OneHot& target, double total, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / (total * static_cast<double>(output.size())) : 1;
    const double right = static_cast<double>(output[target.hot]);
    double sum = 0, pulled = 0;
    for (std::size_t k = 0; k < output.size(); ++k) {
      if (k == target.hot) continue;
      const double missing = 1 - right + static_cast<double>(output[k]);
      // A term that is not a number is added too.
      if (!(missing <= 0)) sum += missing;
      if (missing > 0) pulled += 1;
      if (!gradient.empty()) gradient[k] = static_cast<Real>(missing > 0 ? scale : 0.0);
    }
    if (!gradient.empty()) gradient[target.hot] = static_cast<Real>(-scale * pulled);
    return scale * sum;
  }

  template <class Real, class Target>
  double sample(std::span<const Real> output, const Target& target, double total, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / (total * static_cast<double>(output.size())) : 1;
    double sum = 0;
    for (std::size_t k = 0; k < output.size(); ++k) {
      const double sign = target(k) > 0 ? 1 : -1;
      const double missing = 1 - sign * static_cast<double>(output[k]);
      if (!(missing <= 0)) sum += missing;
      if (!gradient.empty()) gradient[k] = static_cast<Real>(missing > 0 ? -sign * scale : 0.0);
    }
    return scale * sum;
  }
};

}  // namespace cajal
