#pragma once

#include <algorithm>
#include <vector>

#include "sim/node.hpp"

namespace cajal {

/// Adds up what a node sends while it runs, by unit: for one sample, where no tape is kept.
template <class Real>
class OutputSum final : public NodeProcess<Real> {
 public:
  explicit OutputSum(Node<Real>& node) : node_(&node), sum_(padded(node.size()), 0.0) {}

  void advance(std::int64_t step, const Slice& slice) override {
    const auto units = slice.units(sum_.size());
    const Real* const row = node_->output.at(step, slice.sample_begin);
    for (std::size_t u = units.begin; u < std::min(units.end, node_->size()); ++u)
      sum_[u] += static_cast<double>(row[u]);
  }
  void clear() { std::fill(sum_.begin(), sum_.end(), 0.0); }
  const Node<Real>& node() const { return *node_; }
  const std::vector<double>& sum() const { return sum_; }
  void enter() { node_->processes.push_back(this); }
  void leave() { std::erase(node_->processes, this); }

 private:
  Node<Real>* node_;
  std::vector<double> sum_;
};

/// Mean of what a node sent in the steps of a trial, by unit. `kept`: what was added up meanwhile; null: all steps
/// still stand in the node's output.
template <class Real>
std::vector<double> mean_output(const Node<Real>& node, const OutputSum<Real>* kept, Steps steps, std::size_t sample) {
  std::vector<double> out(node.size(), 0.0);
  if (node.held) {
    std::transform(node.output.at(steps.end - 1, sample), node.output.at(steps.end - 1, sample) + out.size(),
                   out.begin(), [](Real x) { return static_cast<double>(x); });
    return out;
  }
  if (kept)
    std::copy_n(kept->sum().begin(), out.size(), out.begin());
  else
    for (std::int64_t t = steps.begin; t < steps.end; ++t)
      for (std::size_t u = 0; u < out.size(); ++u) out[u] += static_cast<double>(node.output.at(t, sample)[u]);
  for (double& x : out) x /= static_cast<double>(steps.count());
  return out;
}

}  // namespace cajal
