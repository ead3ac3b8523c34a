#include "learning/learner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "learning/learner_batch.hpp"
#include "sim/random.hpp"

namespace cajal {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t prediction = 0;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Fisher and Yates' shuffle, keyed by seed, learner and epoch.
std::vector<std::uint32_t> shuffled(std::vector<std::uint32_t> items, std::uint64_t seed, std::uint64_t epoch) {
  Draws draws(Stream(seed, "data.order"), epoch);
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[draws.below(i)]);
  return items;
}

}  // namespace

template <class Real>
Learner<Real>::Learner(std::unique_ptr<Network<Real>> network, std::vector<std::unique_ptr<Process<Real>>> processes,
                       LearnerOptions options, const data::Dataset& dataset, const data::Split& split)
    : network_(std::move(network)),
      processes_(std::move(processes)),
      options_(std::move(options)),
      dataset_(&dataset),
      split_(&split) {
  for (auto& n : network_->nodes)
    if (n->kind() == "data") inputs_.push_back(n.get());
  readouts_.emplace_back(*network_->node(options_.predict.of), options_.predict.over_time());
  const auto& g = options_.gradient;
  readouts_.emplace_back(*network_->node(g ? g->of : options_.predict.of), g ? g->over_time : OverTime::sum);
  if (options_.trial.retry.fewer > 0)
    readouts_.emplace_back(*network_->node(options_.trial.retry.spikes), OverTime::sum);
  if (!g) return;
  for (auto& e : network_->edges)
    if (e->trained)
      for (Parameter<Real>* p : e->parameters()) parameters_.push_back(p);
  for (auto& e : network_->sparse)
    if (e->trained) parameters_.push_back(&e->weight);
  for (Parameter<Real>* p : parameters_) p->gradient.assign(p->value.size(), Real(0));
  optimizer_ = std::make_unique<Optimizer<Real>>(g->optimizer);
  optimizer_->prepare(parameters_);
  constexpr std::size_t piece = 4096;
  for (std::size_t p = 0; p < parameters_.size(); ++p)
    for (std::size_t begin = 0; begin < parameters_[p]->value.size(); begin += piece)
      ranges_.push_back({p, begin, std::min(parameters_[p]->value.size(), begin + piece)});
}

template <class Real>
Learner<Real>::~Learner() = default;

template <class Real>
bool Learner<Real>::learns_by_gradient(const Phase& phase) const {
  return options_.gradient && phase.part == Phase::Part::train && phase.learns(options_.gradient->name) &&
         !phase.frozen();
}

template <class Real>
std::vector<std::uint32_t> Learner<Real>::part_of(const Phase& phase) const {
  std::vector<std::uint32_t> samples = phase.part == Phase::Part::train        ? split_->train
                                       : phase.part == Phase::Part::validation ? split_->validation
                                                                               : split_->test;
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
  plan.window = tape ? options_.trial.steps : std::min<std::int64_t>(options_.trial.steps, 64);
  clock_.reset();
  clock_ = std::make_unique<Clock<Real>>(*network_, plan, options_.threads);
  clock_->refresh();
  for (auto& p : processes_) p->attach(*clock_);
  for (auto& r : readouts_) r.prepare(batch);
  counts_.assign(clock_->team().size(), std::vector<double>(3 * network_->nodes.size(), 0.0));
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
    prepare(std::min(options_.gradient->batch == 0 ? full : options_.gradient->batch, full), true);
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
void Learner<Real>::train_epochs(const Phase& phase, const std::vector<std::uint32_t>& samples) {
  const bool gradient = learns_by_gradient(phase);
  const bool validates = gradient && !split_->validation.empty();
  Stop stop = gradient ? options_.gradient->stop : Stop{};
  stop.epochs = phase.epochs;
  std::vector<std::vector<Real>> before;
  for (std::int64_t epoch = 1; epoch <= phase.epochs && !*stop_; ++epoch) {
    if (stop.change) {
      before.clear();
      for (auto* p : parameters_) before.push_back(p->value);
    }
    EpochRecord record = train_epoch(phase, epoch, samples);
    const double change = stop.change ? largest_change<Real>(parameters_, before) : 0;
    if (gradient) record.gradient_norm = gradient_norm<Real>(parameters_);
    record.validation_loss = record.validation_accuracy = nan;
    if (validates) {
      const PhaseRecord v = evaluate("validate", *dataset_, split_->validation, false, false);
      record.validation_loss = v.loss;
      record.validation_accuracy = v.accuracy;
    }
    record_.epochs.push_back(record);
    collect();
    epoch_ended(epoch);
    if (gradient && stop.done(record.gradient_norm, change, epoch)) {
      if (epoch < phase.epochs) record_.stopped = stop.reason();
      break;
    }
  }
}

template <class Real>
EpochRecord Learner<Real>::train_epoch(const Phase& phase, std::int64_t epoch,
                                       const std::vector<std::uint32_t>& samples) {
  const auto start = std::chrono::steady_clock::now();
  const std::size_t batch_size = clock_->plan().batch;
  const auto order =
      batch_size == samples.size() ? samples : shuffled(samples, options_.seed, static_cast<std::uint64_t>(epoch));
  EpochRecord record;
  record.phase = phase.name;
  record.epoch = epoch;
  record.gradient_norm = nan;
  const std::uint64_t first = trial_;
  double loss = 0, correct = 0;
  std::size_t done = 0;
  for (auto& node : network_->nodes) node->training = true;
  Batch batch;
  batch.dataset = dataset_;
  batch.gradient = learns_by_gradient(phase);
  const data::Augment augment(options_.augment, dataset_->shape, options_.seed);
  if (options_.augment.any()) batch.augment = &augment;
  while (done < order.size() && !*stop_) {
    const std::size_t n = std::min(batch_size, order.size() - done);
    batch.samples.assign(order.begin() + static_cast<std::ptrdiff_t>(done),
                         order.begin() + static_cast<std::ptrdiff_t>(done + n));
    run_batch(batch);
    double batch_loss = 0;
    for (std::size_t b = 0; b < n; ++b) {
      batch_loss += batch.terms[b];
      if (dataset_->classification() && options_.predict.kind != Predict::Kind::assigned_rate)
        correct += largest(readouts_[prediction].values(b)) == dataset_->label[batch.samples[b]];
    }
    if (!std::isfinite(batch_loss))
      throw NumericalError(
          fmt::format("learner \"{}\": the loss is {} in epoch {}, after {} of {} samples; a smaller rate may help",
                      options_.name, batch_loss, epoch, done, order.size()));
    loss += batch_loss * static_cast<double>(n);
    done += n;
    const bool scored = batch.gradient;
    report(phase.name, epoch, phase.epochs, static_cast<std::int64_t>(done), static_cast<std::int64_t>(order.size()),
           scored ? loss / static_cast<double>(done) : nan,
           scored && dataset_->classification() ? correct / static_cast<double>(done) : nan);
  }
  for (auto& node : network_->nodes) node->training = false;
  record.presentations = static_cast<std::int64_t>(trial_ - first);
  const bool scored = batch.gradient && done > 0;
  record.loss = scored ? loss / static_cast<double>(done) : nan;
  record.accuracy = scored && dataset_->classification() ? correct / static_cast<double>(done) : nan;
  record.seconds = seconds_since(start);
  return record;
}

template <class Real>
PhaseRecord Learner<Real>::evaluate(const std::string& name, const data::Dataset& dataset,
                                    const std::vector<std::uint32_t>& samples, bool fit, bool measured) {
  const auto start = std::chrono::steady_clock::now();
  PhaseRecord record;
  record.name = name;
  const bool assigned = options_.predict.kind == Predict::Kind::assigned_rate;
  const std::size_t units = readouts_[prediction].node().size();
  record.outputs = assigned ? dataset.classes : units;
  std::vector<double> responses;
  Batch batch;
  batch.dataset = &dataset;
  batch.measured = measured;
  if (measured) {
    for (auto& c : counts_) std::fill(c.begin(), c.end(), 0.0);
    for (auto& e : network_->edges) {
      e->counts = true;
      e->reset_operations();
    }
    clock_->count();
    for (auto& e : network_->sparse) e->delivered = 0;
    activity_ = std::make_unique<ActivityRecorder<Real>>(*network_, std::min(options_.activity_samples, samples.size()),
                                                         options_.spike_samples, options_.trial.steps, clock_->parts());
  }
  const std::uint64_t first = trial_;
  std::size_t done = 0;
  double loss = 0;
  while (done < samples.size() && !(stop_ && *stop_)) {
    const std::size_t n = std::min(clock_->plan().batch, samples.size() - done);
    batch.samples.assign(samples.begin() + static_cast<std::ptrdiff_t>(done),
                         samples.begin() + static_cast<std::ptrdiff_t>(done + n));
    run_batch(batch);
    for (std::size_t b = 0; b < n; ++b) {
      const auto values = readouts_[prediction].values(b);
      responses.insert(responses.end(), values.begin(), values.end());
      loss += batch.terms[b] * static_cast<double>(n);
    }
    done += n;
    batch.first = done;
    if (name != "validate" || !options_.gradient)
      report(name, 1, 1, static_cast<std::int64_t>(done), static_cast<std::int64_t>(samples.size()), nan, nan);
  }
  record.presentations = static_cast<std::int64_t>(trial_ - first);
  record.sample.assign(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(done));
  if (dataset.classification())
    for (auto s : record.sample) record.label.push_back(dataset.label[s]);
  if (assigned && fit) assignment_ = assign_units(responses, record.label, units, dataset.classes);
  if (assigned) {
    if (assignment_.empty()) assignment_.assign(units, -1);
    record.scores.resize(done * dataset.classes);
    for (std::size_t s = 0; s < done; ++s)
      assigned_scores({responses.data() + s * units, units}, assignment_,
                      {record.scores.data() + s * dataset.classes, dataset.classes});
  } else {
    record.scores = std::move(responses);
  }
  std::size_t correct = 0;
  for (std::size_t s = 0; s < done && dataset.classification(); ++s) {
    record.predicted.push_back(largest({record.scores.data() + s * record.outputs, record.outputs}));
    correct += record.predicted.back() == record.label[s];
  }
  record.accuracy =
      dataset.classification() && done > 0 ? static_cast<double>(correct) / static_cast<double>(done) : nan;
  record.loss = options_.gradient && done > 0 ? loss / static_cast<double>(done) : nan;
  if (measured) finish_measure(static_cast<double>(trial_ - first));
  record.seconds = seconds_since(start);
  return record;
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
