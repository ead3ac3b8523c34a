#include "learning/plasticity/adaptive_threshold.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "learning/plasticity/targets.hpp"

namespace cajal {

template <class Real>
AdaptiveThresholdProcess<Real>::Threshold::Threshold(const Target& target)
    : node(target.node),
      parameters(target.parameters),
      unit(target.unit),
      threshold(node->parameter_column("V_th")),
      drift(target.drift) {
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
  return std::fma(theta, fall, theta) - drift * dt + (output != Real(0) ? parameters.step : 0.0);
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
                                                         std::string_view rule, const std::vector<Target>& targets,
                                                         bool mean)
    : Process<Real>(std::move(identity)), rule_(rule), mean_(mean) {
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
    throw Error("learn." + this->name() + ": " + std::string(rule_) + " cannot follow " +
                std::to_string(clock_->plan().batch) + " samples at once without a tape of what they did");
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

template <class Real>
std::unique_ptr<Process<Real>> make_adaptive_threshold(const config::Table& table, Network<Real>& network, double) {
  using Rule = AdaptiveThreshold;
  std::vector<typename AdaptiveThresholdProcess<Real>::Target> targets;
  std::vector<std::string> addresses;
  const std::size_t errors = table.diagnostics().size();
  for (Node<Real>* node : read_spiking_nodes(table, network, Rule::name)) {
    const std::string_view unit = threshold_unit(*node);
    auto p = defaults<Rule::P>(Rule::parameters);
    for (const Field& f : Rule::parameters)
      each_member(p, [&](double& x, std::size_t i) {
        if (i == f.member) x = table.quantity(f.name, f.unit == "mV" ? unit : f.unit, x, f.range);
      });
    targets.push_back({node, p, std::string(unit)});
    addresses.push_back("node." + node->name());
  }
  const bool mean = table.choice("batch", batch_words(), batch_words()[0]) == "mean";
  if (table.diagnostics().size() > errors) return nullptr;
  return std::make_unique<AdaptiveThresholdProcess<Real>>(identity<Real>(table, std::move(addresses)), Rule::name,
                                                          targets, mean);
}

ProcessEntry adaptive_threshold_entry() {
  ProcessEntry out{std::string(AdaptiveThreshold::name),
                   std::string(AdaptiveThreshold::meaning),
                   std::string(AdaptiveThreshold::equations),
                   std::string(AdaptiveThreshold::source),
                   AdaptiveThreshold::locality,
                   {on_option("\"node.E\"")},
                   R"(learn.theta = { rule = "adaptive_threshold", on = "node.E", step = "0.05 mV", tau = "1e7 ms" })"};
  for (const Field& f : AdaptiveThreshold::parameters) out.options.push_back(option_of(f));
  out.options.push_back(batch_option());
  return out;
}

template std::unique_ptr<Process<float>> make_adaptive_threshold(const config::Table&, Network<float>&, double);
template std::unique_ptr<Process<double>> make_adaptive_threshold(const config::Table&, Network<double>&, double);
template class AdaptiveThresholdProcess<float>;
template class AdaptiveThresholdProcess<double>;

}  // namespace cajal
