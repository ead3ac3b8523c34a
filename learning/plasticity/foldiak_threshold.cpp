#include "learning/plasticity/foldiak_threshold.hpp"

#include <algorithm>

namespace cajal {

template <class Real>
FoldiakThresholdProcess<Real>::FoldiakThresholdProcess(typename Process<Real>::Identity identity,
                                                       const std::vector<Node<Real>*>& nodes, const Options& options)
    : Process<Real>(std::move(identity)), options_(options) {
  for (Node<Real>* node : nodes) {
    const std::span<Real> theta = node->parameter_column("theta");
    if (theta.empty()) throw Error("node " + node->name() + " has no parameter theta");
    thresholds_.push_back({node, theta, {theta.begin(), theta.end()}});
  }
}

template <class Real>
void FoldiakThresholdProcess<Real>::begin_trial() {
  if (!this->frozen() && clock_ && !clock_->plan().tape && clock_->plan().batch != 1)
    throw Error("learn." + this->name() + ": foldiak_threshold cannot follow " + std::to_string(clock_->plan().batch) +
                " samples at once without a tape of what they did");
}

template <class Real>
void FoldiakThresholdProcess<Real>::end_batch(Steps steps, std::size_t samples) {
  if (this->frozen() || samples == 0) return;
  const double scale = options_.mean_batch ? 1 / static_cast<double>(samples) : 1.0;
  for (Threshold& t : thresholds_) {
    for (std::size_t u = 0; u < t.theta.size(); ++u) {
      double sum = 0;
      for (std::size_t b = 0; b < samples; ++b) {
        const auto y = static_cast<double>(t.node->output.at(steps.end - 1, b)[u]);
        sum += (options_.binary_above ? (y > *options_.binary_above ? 1.0 : 0.0) : y) - options_.parameters.p;
      }
      t.theta[u] += options_.parameters.rate * scale * sum;
    }
    t.apply();
  }
}

template <class Real>
void FoldiakThresholdProcess<Real>::Threshold::apply() {
  std::transform(theta.begin(), theta.end(), parameter.begin(), [](double x) { return static_cast<Real>(x); });
}

template <class Real>
std::vector<typename Process<Real>::State> FoldiakThresholdProcess<Real>::state() {
  std::vector<typename Process<Real>::State> out;
  for (Threshold& t : thresholds_)
    out.push_back({"node." + t.node->name() + ".theta", "", "threshold of each unit", t.theta});
  return out;
}

template <class Real>
void FoldiakThresholdProcess<Real>::restore() {
  for (Threshold& t : thresholds_) t.apply();
}

template class FoldiakThresholdProcess<float>;
template class FoldiakThresholdProcess<double>;

}  // namespace cajal
