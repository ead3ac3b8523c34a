#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/number/aligned.hpp"
#include "sim/number/pack.hpp"

namespace cajal {

/// A half-open range of time steps. Step t covers the time (t * dt, (t + 1) * dt].
struct Steps {
  std::int64_t begin = 0, end = 0;
  std::int64_t count() const { return end - begin; }
};

/// The part of a network that one thread works on: a range of samples and a range of units given as share `part` of
/// `parts`, so that each node cuts its own units (at whole packs).
struct Slice {
  std::size_t sample_begin = 0, sample_end = 1;
  std::size_t part = 0, parts = 1;
  /// Of the whole batch, and which of the threads that run it this one is: for nodes that couple samples.
  std::size_t samples = 1, thread = 0, threads = 1;

  struct Range {
    std::size_t begin, end;
  };
  /// The lanes of a node of `padded` lanes that belong to this slice; whole packs of 16, the rest evenly.
  Range units(std::size_t padded) const {
    const std::size_t packs = padded / 16;
    return {packs * part / parts * 16, packs * (part + 1) / parts * 16};
  }
};

/// Units are stored in whole packs: the lanes beyond the size hold harmless values that nobody reads.
inline std::size_t padded(std::size_t units) { return (units + 15) / 16 * 16; }

/// Values over time: [slot][sample][padded unit]. Step t stands in slot t mod slots; with one slot the value is *held*:
/// the same at every step of a trial.
template <class Real>
class Signal {
 public:
  void shape(std::int64_t slots, std::size_t batch, std::size_t units) {
    slots_ = slots;
    batch_ = batch;
    units_ = units;
    stride_ = padded(units);
    base_.clear();
    values_ = std::make_shared<AlignedVector<Real>>(static_cast<std::size_t>(slots) * batch * stride_ + 16, Real(0));
    data_ = values_->data();
  }
  /// From here on both are one: what is written to either stands in the other.
  void share(const Signal& other) { *this = other; }
  bool shares(const Signal& other) const { return values_ && values_ == other.values_; }
  /// From here on the rows stand in memory that others own: of shard `part`, lane l of step t at
  /// base[part] + (t mod slots) * slot_stride + l, for the lanes that belong to the shard. One sample only.
  void bind(std::vector<Real*> base, std::int64_t slots, std::size_t slot_stride) {
    base_ = std::move(base);
    slots_ = slots;
    slot_stride_ = slot_stride;
    values_.reset();
    data_ = nullptr;
  }
  bool empty() const { return !values_ && base_.empty(); }
  std::int64_t slots() const { return slots_; }
  std::size_t batch() const { return batch_; }
  std::size_t units() const { return units_; }
  /// Distance between the rows of two samples.
  std::size_t stride() const { return stride_; }

  /// The row of a step and sample. Of a signal that is bound: for the lanes of shard `part`.
  Real* at(std::int64_t step, std::size_t sample, std::size_t part = 0) {
    return base_.empty() ? data_ + offset(step, sample) : base_[part] + slot(step) * slot_stride_;
  }
  const Real* at(std::int64_t step, std::size_t sample, std::size_t part = 0) const {
    return base_.empty() ? data_ + offset(step, sample) : base_[part] + slot(step) * slot_stride_;
  }

  void zero() {
    if (values_) std::fill(values_->begin(), values_->end(), Real(0));
  }
  void zero(std::int64_t step, const Slice& slice) {
    const auto [begin, end] = slice.units(stride_);
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      std::fill(at(step, b, slice.part) + begin, at(step, b, slice.part) + end, Real(0));
  }

 private:
  std::size_t slot(std::int64_t step) const { return slots_ == 1 ? 0 : static_cast<std::size_t>(step % slots_); }
  std::size_t offset(std::int64_t step, std::size_t sample) const { return (slot(step) * batch_ + sample) * stride_; }

  std::int64_t slots_ = 0;
  std::size_t batch_ = 0, units_ = 0, stride_ = 0;
  std::shared_ptr<AlignedVector<Real>> values_;
  Real* data_ = nullptr;  ///< of `values_`
  std::vector<Real*> base_;
  std::size_t slot_stride_ = 0;
};

}  // namespace cajal
