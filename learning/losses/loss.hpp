#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "learning/losses/cross_entropy.hpp"
#include "learning/losses/mse.hpp"
#include "learning/option.hpp"

namespace cajal {

/// The catalogue: a loss is one file and one word here.
using LossKind = std::variant<CrossEntropy, Mse>;
using LossEntry = KindEntry;

/// What `describe` says of every loss.
std::vector<LossEntry> loss_entries();

/// What training makes small: a sum of one term per sample, each computed in double from that sample alone, so that the
/// result does not depend on how samples are split over threads, if the terms are added in the order of the samples.
class Loss {
 public:
  explicit Loss(LossKind kind) : kind_(kind) {}
  /// The loss at `key`: `loss = "mse"` or `loss = { kind = "mse", reduction = "sum" }`. Errors go to the diagnostics.
  static Loss read(const config::Table& learn, std::string_view key = "loss");

  std::string_view name() const;

  /// The term of a sample whose target is a class: the loss of a batch is the sum of its `batch` terms.
  /// Writes d loss / d output to `gradient`, unless that is empty. Shapes: output, gradient [units].
  /// An output that is not finite gives a term that is not finite. Throws Error if `label` is not one of 0 .. units-1
  /// or if sizes differ. `Real` is float or double.
  template <class Real>
  double sample(std::span<const Real> output, std::int32_t label, std::size_t batch, std::span<Real> gradient) const;

  /// The same for a target of one number per output. `Value` is float or double.
  template <class Real, class Value>
  double sample(std::span<const Real> output, std::span<const Value> target, std::size_t batch,
                std::span<Real> gradient) const;

 private:
  LossKind kind_;
};

}  // namespace cajal
