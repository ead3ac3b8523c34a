#include "learning/plasticity/adaptive_threshold.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace cajal {

template <class Real>
AdaptiveThresholdProcess<Real>::Threshold::Threshold(const Target& target)
    : node(target.node), parameters(target.parameters), unit(target.unit), threshold(node->parameter_column("V_th")) {
  if (threshold.empty()) throw Error("node " + node->name() + " has no parameter V_th");
  for (const Real v : threshold) base.push_back(static_cast<double>(v) - parameters.initial);
  theta.assign(base.size(), parameters.initial);
}

template <class Real>
void AdaptiveThresholdProcess<Real>::Threshold::apply(std::size_t begin, std::size_t end) {
  for (std::size_t u = begin; u < end; ++u) threshold[u] = static_cast<Real>(base[u] + theta[u]);
}

template <class Real>
double AdaptiveThresholdProcess<Real>::Threshold::after_step(double theta, Real output) const {
  return std::fma(theta, fall, theta) + (output != Real(0) ? parameters.step : 0.0);
}

template <class Real>
void AdaptiveThresholdProcess<Real>::Threshold::advance(std::int64_t step, const Slice& slice) {
  const auto units = slice.units(padded(node->size()));
  const std::size_t end = std::min(units.end, node->size());
  const Real* const output = node->output.at(step, slice.sample_begin);
  for (std::size_t u = units.begin; u < end; ++u) theta[u] = after_step(theta[u], output[u]);
  apply(units.begin, end);
}

template <class Real>
void AdaptiveThresholdProcess<Real>::Threshold::take_batch(Steps steps, std::size_t samples, double scale,
                                                           std::size_t begin, std::size_t end) {
  std::vector<double> sum(end - begin), added(end - begin);
  for (std::size_t b = 0; b < samples; ++b) {
    std::fill(added.begin(), added.end(), 0.0);
    for (std::int64_t t = steps.begin; t < steps.end; ++t) {
      const Real* const output = node->output.at(t, b) + begin;
      for (std::size_t i = 0; i < added.size(); ++i) added[i] = after_step(added[i], output[i]);
    }
    for (std::size_t i = 0; i < added.size(); ++i) sum[i] += added[i];
  }
  const double kept = std::exp(-static_cast<double>(steps.count()) * dt / parameters.tau);
  for (std::size_t u = begin; u < end; ++u) theta[u] = theta[u] * kept + scale * sum[u - begin];
  apply(begin, end);
}

template <class Real>
AdaptiveThresholdProcess<Real>::AdaptiveThresholdProcess(typename Process<Real>::Identity identity,
                                                         const std::vector<Target>& targets, bool mean)
    : Process<Real>(std::move(identity)), mean_(mean) {
  for (const Target& target : targets) thresholds_.push_back(std::make_unique<Threshold>(target));
}

template <class Real>
AdaptiveThresholdProcess<Real>::~AdaptiveThresholdProcess() {
  leave();
}

template <class Real>
void AdaptiveThresholdProcess<Real>::attach(Clock<Real>& clock) {
  leave();
  clock_ = &clock;
  for (auto& t : thresholds_) {
    t->dt = clock.plan().dt;
    t->fall = std::expm1(-t->dt / t->parameters.tau);
  }
  enter();
}

template <class Real>
void AdaptiveThresholdProcess<Real>::enter() {
  if (this->frozen() || !clock_ || clock_->plan().tape || clock_->plan().batch != 1) return;
  for (auto& t : thresholds_) t->node->processes.push_back(t.get());
}

template <class Real>
void AdaptiveThresholdProcess<Real>::leave() {
  for (auto& t : thresholds_) std::erase(t->node->processes, t.get());
}

template <class Real>
void AdaptiveThresholdProcess<Real>::frozen_changed() {
  leave();
  enter();
}

template <class Real>
void AdaptiveThresholdProcess<Real>::begin_trial() {
  if (!this->frozen() && clock_ && !clock_->plan().tape && clock_->plan().batch != 1)
    throw Error("learn." + this->name() + ": adaptive_threshold cannot follow " + std::to_string(clock_->plan().batch) +
                " samples at once without a tape of what they did");
}

template <class Real>
void AdaptiveThresholdProcess<Real>::end_batch(Steps steps, std::size_t samples) {
  if (this->frozen() || !clock_ || !clock_->plan().tape || samples == 0) return;
  const double scale = mean_ ? 1.0 / static_cast<double>(samples) : 1.0;
  Team& team = clock_->team();
  team.run([&](std::size_t part) {
    for (auto& t : thresholds_) {
      const auto units = Slice{0, samples, part, team.size()}.units(padded(t->node->size()));
      const std::size_t end = std::min(units.end, t->node->size());
      if (units.begin < end) t->take_batch(steps, samples, scale, units.begin, end);
    }
  });
}

template <class Real>
std::vector<typename Process<Real>::State> AdaptiveThresholdProcess<Real>::state() {
  std::vector<typename Process<Real>::State> out;
  for (auto& t : thresholds_)
    out.push_back(
        {"node." + t->node->name() + ".theta", t->unit, "what the threshold V_th stands above its base", t->theta});
  return out;
}

template <class Real>
void AdaptiveThresholdProcess<Real>::restore() {
  for (auto& t : thresholds_) t->apply(0, t->theta.size());
}

template class AdaptiveThresholdProcess<float>;
template class AdaptiveThresholdProcess<double>;

}  // namespace cajal
