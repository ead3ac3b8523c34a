#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "learning/losses/reduction.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// Cross-entropy between the logistic function of each output, which is a logit, and a target between 0 and 1, over all
/// elements of a batch of B samples with n outputs, with s(z) = 1 / (1 + e^-z) and p the weight of positive targets:
///
///     L = 1 / (B n) sum_b sum_k  -(p t_bk log s(z_bk) + (1 - t_bk) log(1 - s(z_bk)))
///     dL/dz_bk = ((1 - t_bk) - (1 + (p - 1) t_bk) s(-z_bk)) / (B n)
///
/// With `reduction = "sum"` the factor 1 / (B n) is 1. A class as target is one-hot, each output against the rest; with
/// one output and two classes the class is the target itself, and an output above 0 answers class 1. The logarithm is
/// -log s(z) = log(1 + e^-|z|) + max(-z, 0): no overflow. Convention: PyTorch's `BCEWithLogitsLoss` with `pos_weight`;
/// Keras' `BinaryCrossentropy` takes probabilities unless `from_logits` is set.
struct BinaryCrossEntropy {
  static constexpr std::string_view name = "binary_cross_entropy";
  static constexpr std::string_view meaning =
      "cross-entropy of the logistic function of each output, which is a logit; one output tells two classes apart";
  static constexpr std::string_view snippet = R"(loss = "binary_cross_entropy")";
  static constexpr bool binary = true;

  Reduction reduction = Reduction::mean;
  double pos_weight = 1;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.choice("reduction", reduction, reduction_names,
                 "mean over outputs and samples (PyTorch, Keras), or their sum");
    visit.number("pos_weight", pos_weight, config::positive,
                 "weight of positive targets against that of negative ones");
  }

  /// See Loss::sample. `target(k)` is the probability of output k.
  template <class Real, class Target>
  double sample(std::span<const Real> output, const Target& target, double total, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / (total * static_cast<double>(output.size())) : 1;
    double sum = 0;
    for (std::size_t k = 0; k < output.size(); ++k) {
      const double z = static_cast<double>(output[k]), t = target(k);
      const double e = std::exp(-std::fabs(z)), positive = 1 + (pos_weight - 1) * t;
      // Written so that an output that is not a number gives a term that is none.
      sum += (1 - t) * z + positive * (std::log1p(e) + (z > 0 ? 0 : -z));
      const double s_of_minus_z = (z > 0 ? e : 1) / (1 + e);
      if (!gradient.empty()) gradient[k] = static_cast<Real>(scale * ((1 - t) - positive * s_of_minus_z));
    }
    return scale * sum;
  }
};

}  // namespace cajal
