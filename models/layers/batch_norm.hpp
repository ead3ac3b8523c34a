#pragma once

#include <vector>

#include "models/catalogue.hpp"
#include "sim/node.hpp"

namespace cajal {

/// y = (x - mean_c) / sqrt(variance_c + eps), c the channel of a unit: the first axis of {channels, height, width},
/// else the unit itself.
///
/// While a gradient is trained: mean and biased variance of the batch, over the samples, the channel's units and the
/// steps that run at once (the whole trial; within a recurrent loop, those of its smallest delay). They move the
/// running ones: r += momentum (batch - r), with the unbiased variance. Otherwise, and for a batch with a single value:
/// the running ones, which start at 0 and 1. Sums are in double precision, each made by one thread in ascending order
/// of (step, sample). The learnable part is an edge, `scale`. Source: Ioffe & Szegedy 2015, ICML, algorithms 1 and 2;
/// names and defaults of PyTorch's BatchNorm.
template <class Real>
class BatchNorm final : public Node<Real> {
 public:
  BatchNorm(std::string name, std::size_t size, std::size_t channels, double eps, double momentum);
  std::string_view kind() const override { return "batch_norm"; }
  bool instantaneous() const override { return true; }
  bool couples_samples() const override { return this->training && tape_; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;
  void rewind(Steps steps, const Slice& slice) override;
  /// `running_mean` and `running_variance`, one value for each channel.
  std::vector<Statistic<Real>> statistics() override;

 private:
  bool shorten(Steps& steps) const;
  double count(Steps steps, const Slice& slice) const;
  bool by_batch(Steps steps, const Slice& slice) const { return couples_samples() && count(steps, slice) > 1; }
  /// The channels that a thread works on where samples are coupled.
  Slice::Range share(const Slice& slice) const;
  Real* mean(Steps steps) { return mean_.data() + slot(steps); }
  Real* scale(Steps steps) { return scale_.data() + slot(steps); }
  std::size_t slot(Steps steps) const { return static_cast<std::size_t>(steps.begin % window_) * channels_; }
  void measure(Steps steps, const Slice& slice);
  std::vector<Real> running_scale() const;
  template <class Row>
  std::vector<double> sums(Slice::Range channels, Steps steps, std::size_t samples, Row row) const;
  template <class Value>
  void each(Slice::Range units, Value value) const;

  std::size_t channels_, area_;
  double eps_, momentum_;
  bool tape_ = false;
  std::int64_t window_ = 1;
  std::vector<Real> running_mean_, running_variance_;
  std::vector<Real> mean_, scale_;  ///< of the batch: [first step of a cut][channel]
};

NodeEntry batch_norm_entry();

}  // namespace cajal
