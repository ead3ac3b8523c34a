#include "learning/learner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cajal {

template <class Real>
Learner<Real>::Learner(std::unique_ptr<Network<Real>> network, std::vector<std::unique_ptr<Process<Real>>> processes,
                       LearnerOptions options, const data::Dataset& dataset, const data::Split& split)
    : network_(std::move(network)),
      processes_(std::move(processes)),
      options_(std::move(options)),
      dataset_(&dataset),
      split_(&split) {
  for (auto& n : network_->nodes)
    if (n->kind() == "data")
      inputs_.push_back(n.get());
    else if (n->kind() == "target")
      teachers_.push_back(n.get());
  options_.teaches = !teachers_.empty();
  for (const GradientOptions& g : options_.gradients)
    trainers_.push_back(std::make_unique<Trainer<Real>>(g, *network_, dataset.class_counts(split.train)));
  for (auto& t : trainers_) readouts_.push_back(&t->readout());
  for (auto& e : network_->edges) trained_.push_back(e->trained);
  for (auto& e : network_->sparse) trained_.push_back(e->trained);
  Node<Real>& predicting = *network_->node(options_.predict.of);
  if (trainers_.empty() || !trainers_.front()->readout().reads(predicting, options_.predict.over_time()))
    own_prediction_ = std::make_unique<Readout<Real>>(predicting, options_.predict.over_time());
  if (own_prediction_) readouts_.push_back(own_prediction_.get());
  if (options_.trial.retry.fewer > 0) {
    retry_ = std::make_unique<Readout<Real>>(*network_->node(options_.trial.retry.spikes), OverTime::sum);
    readouts_.push_back(retry_.get());
  }
  for (const auto& node : network_->nodes) record_.nodes.push_back(node->name());
  for (auto& t : trainers_) {
    record_.trained_edges.insert(record_.trained_edges.end(), t->edges().begin(), t->edges().end());
    record_.gradients.push_back(t->options().name);
  }
}

template <class Real>
Learner<Real>::~Learner() = default;

template <class Real>
bool Learner<Real>::learns_by_gradient(const Phase& phase) const {
  return phase.part == Phase::Part::train && !phase.frozen() &&
         std::any_of(trainers_.begin(), trainers_.end(),
                     [&](const auto& t) { return phase.learns(t->options().name); });
}

template <class Real>
std::vector<std::uint32_t> Learner<Real>::part_of(const Phase& phase) const {
  std::vector<std::uint32_t> samples = shown_of(phase.part == Phase::Part::train        ? split_->train
                                                : phase.part == Phase::Part::validation ? split_->validation
                                                                                        : split_->test);
  if (phase.samples > 0 && samples.size() > static_cast<std::size_t>(phase.samples))
    samples.resize(static_cast<std::size_t>(phase.samples));
  return samples;
}

template <class Real>
void Learner<Real>::prepare(std::size_t batch, bool tape) {
  if (clock_ && clock_->plan().batch == batch && clock_->plan().tape == tape) return;
  collect();
  Plan plan;
  plan.dt = options_.dt;
  plan.batch = batch;
  plan.tape = tape;
  plan.seed = options_.seed;
  // With a tape the whole trial stands in memory; else short windows stay in the cache.
  const bool whole = tape || network_->whole_trial();
  plan.window = whole ? options_.trial.steps : std::min<std::int64_t>(options_.trial.steps, 64);
  clock_.reset();
  clock_ = std::make_unique<Clock<Real>>(*network_, plan, options_.threads);
  clock_->refresh();
  for (auto& p : processes_) p->attach(*clock_);
  for (Readout<Real>* r : readouts_) r->prepare(batch, options_.trial.steps);
  for (auto& t : trainers_) t->prepare(batch, clock_->team().size(), options_.trial.steps);
  counts_.assign(clock_->team().size(), std::vector<double>(4 * network_->nodes.size(), 0.0));
  now_ = 0;
}

template <class Real>
void Learner<Real>::collect() {
  if (!clock_) return;
  for (std::size_t e = 0; e < network_->sparse.size(); ++e)
    if (network_->sparse[e]->plastic)
      for (auto& s : clock_->stores()) s->collect(e);
}

template <class Real>
const LearnerRecord& Learner<Real>::run(const std::function<void(const Progress&)>& progress,
                                        const std::atomic<bool>& stop) {
  progress_ = &progress;
  stop_ = &stop;
  for (const Phase& phase : options_.phases) {
    if (stop) break;
    run_phase(phase);
  }
  record_.interrupted = stop;
  collect();
  return record_;
}

template <class Real>
std::size_t Learner<Real>::training_batch(std::size_t samples) const {
  const std::size_t batch = trainers_.front()->options().batch;
  return batch == 0 ? samples : std::min(batch, samples);
}

template <class Real>
std::size_t Learner<Real>::shown_parts() const {
  std::size_t parts = 1;
  for (const auto& t : trainers_) parts = std::max(parts, t->options().parts());
  return parts;
}

template <class Real>
void Learner<Real>::run_phase(const Phase& phase) {
  const std::vector<std::uint32_t> samples = part_of(phase);
  if (samples.empty()) throw Error(fmt::format("phase \"{}\" of \"{}\" has no samples", phase.name, options_.name));
  bool plastic = false;
  for (auto& p : processes_) {
    const bool runs = !phase.frozen() && phase.learns(p->name());
    p->freeze(!runs);
    plastic = plastic || runs;
  }
  const bool gradient = learns_by_gradient(phase);
  const std::size_t full = samples.size();
  if (gradient)
    prepare(shown_parts() * training_batch(full), true);
  else if (plastic || !options_.trial.resets)
    prepare(1, false);
  // Frozen, samples do not feel each other and run side by side.
  else if (!clock_ || !clock_->plan().tape)
    prepare(std::min<std::size_t>(options_.batch, full), false);
  if (gradient || plastic) return train_epochs(phase, samples);
  PhaseRecord record = evaluate(phase.name, *dataset_, samples, phase.fit_predict, phase.part == Phase::Part::test);
  record_.phases.push_back(std::move(record));
}

template <class Real>
PhaseRecord Learner<Real>::predict(const data::Dataset& dataset, const std::vector<std::uint32_t>& samples) {
  // Who watched `run` may be gone.
  progress_ = nullptr;
  stop_ = nullptr;
  for (auto& p : processes_) p->freeze(true);
  prepare(options_.trial.resets ? std::min<std::size_t>(std::max<std::size_t>(options_.batch, 1), samples.size()) : 1,
          false);
  return evaluate("predict", dataset, samples, false, false);
}

template <class Real>
void Learner<Real>::report(const std::string& phase, std::int64_t epoch, std::int64_t epochs, std::int64_t done,
                           std::int64_t total, double loss, double accuracy) {
  if (progress_ && *progress_) (*progress_)({phase, epoch, epochs, done, total, loss, accuracy});
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
