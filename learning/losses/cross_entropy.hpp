#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "learning/losses/reduction.hpp"
#include "sim/number/math.hpp"
#include "sim/signal.hpp"

namespace cajal {

/// Cross-entropy between the softmax of the outputs, which are logits, and the target, over a batch of B samples:
///
///     L = 1 / B sum_b sum_k -t_bk log p_bk        p_bk = exp(z_bk) / sum_j exp(z_bj)
///     dL/dz_bk = (p_bk sum_j t_bj - t_bk) / B
///
/// With `reduction = "sum"` the factor 1 / B is 1. A class as target is one-hot; numbers as target are probabilities of
/// the classes. The logarithm is log p_k = z_k - m - log sum_j exp(z_j - m) with m the largest logit: no overflow.
/// Convention: PyTorch's `CrossEntropyLoss`; Keras' takes probabilities unless `from_logits` is set.
struct CrossEntropy {
  static constexpr std::string_view name = "cross_entropy";
  static constexpr std::string_view meaning =
      "cross-entropy of the softmax of the outputs, which are logits; mean over the batch";
  static constexpr std::string_view snippet = R"(loss = "cross_entropy")";

  Reduction reduction = Reduction::mean;

  template <class Visitor>
  void options(Visitor& visit) {
    visit.choice("reduction", reduction, reduction_names, "mean over samples (PyTorch, Keras), or their sum");
  }

  /// See Loss::sample. `target(k)` is the probability of class k.
  template <class Real, class Target>
  double sample(std::span<const Real> logits, const Target& target, std::size_t batch, std::span<Real> gradient) const {
    const double scale = reduction == Reduction::mean ? 1 / static_cast<double>(batch) : 1;
    double largest = -std::numeric_limits<double>::infinity();
    for (const Real z : logits) largest = std::max(largest, static_cast<double>(z));
    // Most networks have few classes: no allocation for them.
    double few[64];
    std::vector<double> many(logits.size() > std::size(few) ? padded(logits.size()) : 0);
    double* const e = many.empty() ? few : many.data();
    exponentials(logits, largest, e);
    double total = 0, mass = 0, sum = 0;
    for (std::size_t k = 0; k < logits.size(); ++k) total += e[k];
    const double log_total = std::log(total);
    for (std::size_t k = 0; k < logits.size(); ++k) {
      const double t = target(k);
      mass += t;
      sum -= t * (static_cast<double>(logits[k]) - largest - log_total);
    }
    for (std::size_t k = 0; k < gradient.size(); ++k)
      gradient[k] = static_cast<Real>(scale * (mass * (e[k] / total) - target(k)));
    return scale * sum;
  }

 private:
  /// e[k] = exp(z_k - shift), by packs; what is behind the last is overwritten up to a whole pack.
  template <class Real>
  static void exponentials(std::span<const Real> z, double shift, double* e) {
    using P = Wide<double>;
    const std::size_t end = padded(z.size());
    for (std::size_t k = 0; k < end; ++k) e[k] = k < z.size() ? static_cast<double>(z[k]) - shift : 0;
    for (std::size_t k = 0; k < z.size(); k += P::lanes) exp(P::load(e + k)).store(e + k);
  }
};

}  // namespace cajal
