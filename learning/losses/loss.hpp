#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "learning/losses/binary_cross_entropy.hpp"
#include "learning/losses/cross_entropy.hpp"
#include "learning/losses/hinge.hpp"
#include "learning/losses/huber.hpp"
#include "learning/losses/mae.hpp"
#include "learning/losses/mse.hpp"
#include "learning/option.hpp"

namespace cajal {

/// The catalogue: a loss is one file and one word here.
using LossKind = std::variant<CrossEntropy, BinaryCrossEntropy, Mse, Mae, Huber, Hinge>;
using LossEntry = KindEntry;

/// What `describe` says of every loss.
std::vector<LossEntry> loss_entries();

/// What training makes small: a sum of one term per sample, each computed in double from that sample alone, so that the
/// result does not depend on how samples are split over threads, if the terms are added in the order of the samples.
class Loss {
 public:
  explicit Loss(LossKind kind) : kind_(std::move(kind)) {}
  /// The loss at `key`: `loss = "mse"` or `loss = { kind = "mse", reduction = "sum" }`. Errors go to the diagnostics.
  static Loss read(const config::Table& learn, std::string_view key = "loss");

  std::string_view name() const;
  /// Whether one output tells two classes apart, class 1 by a value above 0.
  bool binary() const;
  /// Weights of the classes, where the loss has them and they are given; else null.
  const ClassWeights* class_weights() const;
  /// Weights that are to be balanced become so by the number of training samples of each class.
  void balance(const std::vector<std::size_t>& counts);
  /// How much a sample whose target is this class counts in the mean over a batch; 1 where all count the same.
  double weight(std::int32_t label) const;

  /// The term of a sample whose target is a class: the loss of a batch is the sum of the terms of its samples. `total`
  /// is what the mean divides by: the sum of their weights, which is their number where all count the same.
  /// Writes d loss / d output to `gradient`, unless that is empty. Shapes: output, gradient [units].
  /// An output that is not finite gives a term that is not finite. Throws Error if `label` is not one of 0 .. units-1
  /// (for one output of a binary loss: 0 or 1) or if sizes differ. `Real` is float or double.
  template <class Real>
  double sample(std::span<const Real> output, std::int32_t label, double total, std::span<Real> gradient) const;

  /// The same for a target of one number per output. `Value` is float or double.
  template <class Real, class Value>
  double sample(std::span<const Real> output, std::span<const Value> target, double total,
                std::span<Real> gradient) const;

 private:
  LossKind kind_;
};

}  // namespace cajal
