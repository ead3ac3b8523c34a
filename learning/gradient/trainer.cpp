#include "learning/gradient/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/error.hpp"

namespace cajal {

template <class Real>
Trainer<Real>::Trainer(GradientOptions options, Network<Real>& network, const std::vector<std::size_t>& counts)
    : options_(std::move(options)),
      readout_(*network.node(options_.of), options_.over_time),
      network_(&network),
      optimizer_(options_.optimizer),
      rate_(optimizer_.rate()) {
  options_.loss->balance(counts);
  for (auto& e : network.edges)
    if (e->trained && options_.trains(e->name()))
      for (Parameter<Real>* p : e->parameters()) add(e->name(), e->kind() != "scale", p);
  for (auto& e : network.sparse)
    if (e->trained && options_.trains(e->name)) add(e->name, true, &e->weight);
  optimizer_.prepare(parameters_);
  constexpr std::size_t piece = 4096;
  for (std::size_t p = 0; p < parameters_.size(); ++p)
    for (std::size_t begin = 0; begin < parameters_[p]->value.size(); begin += piece)
      ranges_.push_back({p, begin, std::min(parameters_[p]->value.size(), begin + piece)});
  squares_.resize(ranges_.size());
}

template <class Real>
void Trainer<Real>::add(const std::string& edge, bool penalised, Parameter<Real>* parameter) {
  parameter->gradient.assign(parameter->value.size(), Real(0));
  GradientShaping shaping;
  if (penalised && parameter->name == "weight") {
    shaping.l1 = options_.penalty.l1;
    shaping.twice_l2 = 2 * options_.penalty.l2;
  }
  if (options_.clip.value) shaping.limit = *options_.clip.value;
  if (parameter->name == "weight") {
    edges_.push_back(edge);
    weights_.push_back(parameters_.size());
  }
  parameters_.push_back(parameter);
  shapings_.push_back(shaping);
}

template <class Real>
std::size_t Trainer<Real>::state_bytes() const {
  std::size_t numbers = 0;
  for (const Parameter<Real>* p : parameters_)
    numbers += p->gradient.size() + (options_.keep_best ? p->value.size() : 0);
  return numbers * sizeof(Real) + optimizer_.state_bytes();
}

template <class Real>
Node<Real>* Trainer<Real>::chooser(std::vector<std::size_t>& ports) const {
  if (!options_.shown) return nullptr;
  Node<Real>* const node = network_->node(options_.shown->node);
  for (const std::string& name : options_.shown->ports)
    for (std::size_t p = 0; p < node->ports.size(); ++p)
      if (node->ports[p].name == name) ports.push_back(p);
  return node;
}

template <class Real>
void Trainer<Real>::prepare(std::size_t batch, std::size_t parts, std::int64_t steps) {
  readout_.prepare(batch, steps);
  const std::size_t width = readout_.width(), units = readout_.node().size();
  scratch_.assign(parts, {std::vector<Real>(width), std::vector<Real>(width), std::vector<float>(units)});
}

template <class Real>
double Trainer<Real>::total(const data::Dataset& dataset, std::span<const std::uint32_t> samples) const {
  if (!options_.loss->class_weights() || options_.target != GradientOptions::Target::label)
    return static_cast<double>(samples.size());
  double total = 0;
  for (const std::uint32_t sample : samples) total += options_.loss->weight(dataset.last_label(sample));
  return total;
}

/// One row of outputs and what it should be.
template <class Real>
double Trainer<Real>::compare(const data::Dataset& dataset, std::size_t sample, std::size_t step, double total,
                              std::span<const Real> output, Scratch& scratch, std::span<Real> gradient) const {
  using Target = GradientOptions::Target;
  const Loss& loss = *options_.loss;
  if (options_.target == Target::numbers)
    return loss.template sample<Real, float>(output, std::span<const float>(scratch.target), total, gradient);
  if (options_.target == Target::input)
    return loss.template sample<Real, float>(
        output, std::span<const float>(dataset.x).subspan(sample * dataset.features, dataset.features), total,
        gradient);
  if (!dataset.classification())
    return loss.template sample<Real, float>(
        output, std::span<const float>(dataset.y).subspan(sample * dataset.targets, dataset.targets), total, gradient);
  const std::size_t labels = dataset.label_steps;
  const std::size_t label = readout_.steps() == 1 ? labels - 1 : std::min(step, labels - 1);
  return loss.template sample<Real>(output, dataset.label[sample * labels + label], total, gradient);
}

template <class Real>
double Trainer<Real>::evaluate(const data::Dataset& dataset, std::size_t sample, std::size_t shown, std::size_t b,
                               double total, Scratch& scratch, std::span<Real> gradient) const {
  const auto values = readout_.values(b);
  std::transform(values.begin(), values.end(), scratch.output.begin(), [](double x) { return static_cast<Real>(x); });
  if (options_.target == GradientOptions::Target::numbers)
    std::fill(scratch.target.begin(), scratch.target.end(), static_cast<float>(options_.numbers[shown]));
  const std::size_t steps = readout_.steps(), units = readout_.node().size();
  double sum = 0;
  // The mean over the steps, too.
  for (std::size_t step = 0; step < steps; ++step)
    sum += compare(dataset, sample, step, total * static_cast<double>(steps),
                   std::span<const Real>(scratch.output).subspan(step * units, units), scratch,
                   gradient.empty() ? gradient : gradient.subspan(step * units, units));
  return sum;
}

template <class Real>
double Trainer<Real>::term(const data::Dataset& dataset, std::size_t sample, std::size_t shown, std::size_t b,
                           double total, std::size_t part) {
  return evaluate(dataset, sample, shown, b, total, scratch_[part], {});
}

template <class Real>
double Trainer<Real>::term_and_gradient(const data::Dataset& dataset, std::size_t sample, std::size_t shown,
                                        std::size_t b, double total, std::size_t part, Steps steps) {
  Scratch& scratch = scratch_[part];
  const double term = evaluate(dataset, sample, shown, b, total, scratch, scratch.gradient);
  readout_.spread(scratch.gradient, steps, b);
  return term;
}

template <class Real>
void Trainer<Real>::begin() {
  schedule_ = options_.schedule;
  optimizer_.set_rate(rate_);
  stop_ = options_.stop;
  best_ = Best(greater_is_better(options_.monitor), 0);
}

template <class Real>
void Trainer<Real>::begin_step(const Moment& now) {
  if (schedule_) optimizer_.set_rate(schedule_->rate(rate_, now));
  optimizer_.begin_step();
  for (auto& e : network_->sparse)
    if (e->trained && options_.trains(e->name))
      std::fill(e->weight.gradient.begin(), e->weight.gradient.end(), Real(0));
}

template <class Real>
void Trainer<Real>::step(std::size_t part, Team& team, bool measured) {
  if (options_.clip.norm || measured) {
    for (std::size_t r = part; r < ranges_.size(); r += team.size()) {
      const Range& range = ranges_[r];
      const Parameter<Real>& p = *parameters_[range.parameter];
      squares_[r] = squared_norm(shapings_[range.parameter], p.value.data() + range.begin,
                                 p.gradient.data() + range.begin, range.end - range.begin);
    }
    team.barrier();
  }
  // Each part adds them up in the same order.
  const double scale = options_.clip.norm ? std::min(1.0, *options_.clip.norm / (gradient_norm() + 1e-6)) : 1.0;
  for (std::size_t r = part; r < ranges_.size(); r += team.size()) {
    const Range& range = ranges_[r];
    GradientShaping shaping = shapings_[range.parameter];
    shaping.scale = scale;
    optimizer_.update(range.parameter, range.begin, range.end, shaping);
  }
}

template <class Real>
double Trainer<Real>::gradient_norm() const {
  double sum = 0;
  for (const double square : squares_) sum += square;
  return std::sqrt(sum);
}

template <class Real>
double Trainer<Real>::penalty() const {
  double sum = 0;
  for (std::size_t p = 0; p < parameters_.size(); ++p)
    if (shapings_[p].penalises()) sum += options_.penalty.value(parameters_[p]->value);
  return sum;
}

template <class Real>
typename Trainer<Real>::EdgeNorms Trainer<Real>::edge_norms() const {
  EdgeNorms norms;
  for (const std::size_t p : weights_) {
    double gradient = 0;
    for (std::size_t r = 0; r < ranges_.size(); ++r)
      if (ranges_[r].parameter == p) gradient += squares_[r];
    const std::vector<Real>& w = parameters_[p]->value;
    norms.gradient.push_back(std::sqrt(gradient));
    norms.weight.push_back(std::sqrt(squared_norm(GradientShaping{}, w.data(), w.data(), w.size())));
  }
  return norms;
}

template <class Real>
bool Trainer<Real>::epoch_ended(double monitored, std::int64_t epoch) {
  if (!options_.monitors()) return false;
  if (std::isnan(monitored))
    throw NumericalError(std::string(name(options_.monitor)) + " is not a number after epoch " + std::to_string(epoch));
  if (schedule_) schedule_->epoch_ended(monitored, greater_is_better(options_.monitor));
  if (!best_.improved(monitored, epoch)) return false;
  if (!options_.keep_best) return true;
  best_values_.resize(parameters_.size());
  for (std::size_t p = 0; p < parameters_.size(); ++p) best_values_[p] = parameters_[p]->value;
  best_statistics_.clear();
  for (auto& node : network_->nodes)
    for (const auto& s : node->statistics()) best_statistics_.emplace_back(s.values.begin(), s.values.end());
  return true;
}

template <class Real>
std::int64_t Trainer<Real>::restore_best() {
  if (!options_.keep_best || best_.epoch() == 0) return 0;
  for (std::size_t p = 0; p < parameters_.size(); ++p) parameters_[p]->value = best_values_[p];
  std::size_t k = 0;
  for (auto& node : network_->nodes)
    for (const auto& s : node->statistics())
      std::copy_n(best_statistics_[k++].begin(), s.values.size(), s.values.begin());
  return best_.epoch();
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace cajal
