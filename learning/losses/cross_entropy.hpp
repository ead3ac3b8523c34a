#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>

#include "learning/losses/class_weights.hpp"
#include "learning/losses/reduction.hpp"
#include "sim/config/table.hpp"
#include "sim/number/math.hpp"
#include "sim/signal.hpp"

namespace cajal {

/// Cross-entropy between the softmax of the n outputs, which are logits, and the target, over a batch of B samples:
///
///     L = 1 / W sum_b sum_k -w_k t'_bk log p_bk        p_bk = exp(z_bk) / sum_j exp(z_bj)
///     dL/dz_bk = (p_bk sum_j w_j t'_bj - w_k t'_bk) / W
///
/// with smoothed targets t'_bk = (1 - label_smoothing) t_bk + label_smoothing / n and weights w_k of the classes. A
/// class as target is one-hot, and W the sum of the weights of the classes of the batch (without weights: B); numbers
/// as target are probabilities of the classes, and W = B. With `reduction = "sum"` W is 1. The logarithm is
/// log p_k = z_k - m - log sum_j exp(z_j - m) with m the largest logit: no overflow.
/// Convention: PyTorch's `CrossEntropyLoss`; Keras' takes probabilities unless `from_logits` is set. Label smoothing:
/// Szegedy et al. 2016, CVPR, section 7.
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";
  static constexpr std::string_view meaning =
      "cross-entropy of the softmax of the outputs, which are logits; mean over the batch";
  static constexpr std::string_view snippet = R"(loss = "cross_entropy")";

  Reduction reduction = Reduction::mean;
  double label_smoothing = 0;
  ClassWeights class_weights = {};

  template <class Visitor>
  void options(Visitor& visit) {
    visit.choice("reduction", reduction, reduction_names, "mean over samples (PyTorch, Keras), or their sum");
    visit.number("label_smoothing", label_smoothing, config::Range{0, 1, false, true},
                 "share of each target that goes evenly to all classes");
    visit.class_weights(
        "class_weights", class_weights,
        "how much each class counts: a list, or \"balanced\": samples / (classes * count of the class)");
  }

  /// See Loss::sample. `target(k)` is the probability of class k.
  template <class Real, class Target>
  double sample(std::span<const Real> logits, const Target& target, double total, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / total : 1;
    const auto weighted = [&, keep = 1 - label_smoothing, add = label_smoothing / static_cast<double>(logits.size())](
                              std::size_t k) { return class_weights.of(k) * (keep * target(k) + add); };
    double largest = -std::numeric_limits<double>::infinity();
    for (const Real z : logits) largest = std::max(largest, static_cast<double>(z));
    // Exponentials of so many logits at once: most networks have fewer classes, and the gradient uses them again.
    double e[64];
    double exponentials = 0, mass = 0, sum = 0;
    for (std::size_t begin = 0; begin < logits.size(); begin += std::size(e)) {
      const std::size_t count = exponentials_of(logits, begin, largest, e);
      for (std::size_t k = 0; k < count; ++k) exponentials += e[k];
    }
    const double log_total = std::log(exponentials);
    for (std::size_t k = 0; k < logits.size(); ++k) {
      const double t = weighted(k);
      mass += t;
      sum -= t * (static_cast<double>(logits[k]) - largest - log_total);
    }
    for (std::size_t begin = 0; begin < gradient.size(); begin += std::size(e)) {
      const std::size_t count =
          gradient.size() <= std::size(e) ? gradient.size() : exponentials_of(logits, begin, largest, e);
      for (std::size_t k = 0; k < count; ++k)
        gradient[begin + k] = static_cast<Real>(scale * (mass * (e[k] / exponentials) - weighted(begin + k)));
    }
    return scale * sum;
  }

 private:
  /// e[k] = exp(z_(begin + k) - shift), by packs, for at most 64 k: how many.
  template <class Real>
  static std::size_t exponentials_of(std::span<const Real> z, std::size_t begin, double shift, double (&e)[64]) {
    using P = Wide<double>;
    const std::size_t count = std::min(std::size(e), z.size() - begin), end = padded(count);
    for (std::size_t k = 0; k < end; ++k) e[k] = k < count ? static_cast<double>(z[begin + k]) - shift : 0;
    for (std::size_t k = 0; k < count; k += P::lanes) exp(P::load(e + k)).store(e + k);
    return count;
  }
};

}  // namespace cajal
