#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "learning/over_time.hpp"
#include "sim/node.hpp"

namespace cajal {

/// One node's output over a trial as one number per unit and sample, summed in ascending order of time; with
/// `OverTime::each` one for each step.
template <class Real>
class Readout {
 public:
  Readout(Node<Real>& node, OverTime over_time) : node_(&node), over_time_(over_time) {}

  Node<Real>& node() const { return *node_; }
  bool reads(const Node<Real>& node, OverTime over_time) const { return node_ == &node && over_time_ == over_time; }
  OverTime over_time() const { return over_time_; }
  /// For trials of `steps` steps.
  void prepare(std::size_t batch, std::int64_t steps) {
    steps_ = over_time_ == OverTime::each ? static_cast<std::size_t>(steps) : 1;
    sums_.assign(batch * width(), 0.0);
  }
  /// How many rows of [unit] a sample has.
  std::size_t steps() const { return steps_; }
  std::size_t width() const { return steps_ * node_->size(); }

  /// For the samples and units of a slice: forgets, takes in some steps, and ends the trial of `steps` steps.
  void begin(const Slice& slice);
  void add(Steps steps, std::int64_t last, const Slice& slice);
  void end(std::int64_t steps, const Slice& slice);
  /// [step][unit]
  std::span<const double> values(std::size_t sample) const { return {sums_.data() + sample * width(), width()}; }

  /// Writes the gradient by the read-out, [step][unit], into the node's output gradients of a trial of these steps.
  void spread(std::span<const Real> gradient, Steps steps, std::size_t sample) const;

 private:
  void add_each(Steps steps, const Slice& slice);

  Node<Real>* node_;
  OverTime over_time_;
  std::size_t steps_ = 1;
  std::vector<double> sums_;  ///< [sample][step][unit]
};

/// Which class each unit responds to most, by mean response per class; -1 for units that never responded.
/// Source: Diehl & Cook 2015, section 2.5. responses [sample][unit].
std::vector<std::int32_t> assign_units(std::span<const double> responses, std::span<const std::int32_t> labels,
                                       std::size_t units, std::size_t classes);
/// Mean response of the units assigned to each class.
void assigned_scores(std::span<const double> responses, std::span<const std::int32_t> assignment,
                     std::span<double> scores);
/// The class that scores stand for: that of the largest, the first of equals; of one score class 1 above 0, else class
/// 0.
std::int32_t answer(std::span<const double> scores);

}  // namespace cajal
