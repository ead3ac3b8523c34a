// How the epochs of a training run, and what is recorded of each.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "learning/learner.hpp"
#include "learning/learner_batch.hpp"
#include "sim/random.hpp"

namespace cajal {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Samples and steps of a batch whose activity is looked at, at most: what is recorded of an epoch costs little of it.
constexpr std::size_t watched_samples = 256;
constexpr std::int64_t watched_steps = 1000;

/// Fisher and Yates' shuffle, keyed by seed, learner and epoch.
std::vector<std::uint32_t> shuffled(std::vector<std::uint32_t> items, std::uint64_t seed, std::uint64_t epoch) {
  Draws draws(Stream(seed, "data.order"), epoch);
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[draws.below(i)]);
  return items;
}

double monitored(Monitor monitor, const EpochRecord& record) {
  return monitor == Monitor::validation_loss       ? record.validation_loss
         : monitor == Monitor::validation_accuracy ? record.validation_accuracy
                                                   : record.loss;
}

}  // namespace

template <class Real>
void Learner<Real>::train_epochs(const Phase& phase, const std::vector<std::uint32_t>& samples) {
  const bool gradient = learns_by_gradient(phase);
  Stop* stop = nullptr;
  if (gradient) {
    for (auto& t : trainers_) t->begin();
    stop = &trainers_.front()->stop();
    stop->epochs = phase.epochs;
  }
  std::vector<std::vector<Real>> before;
  for (std::int64_t epoch = 1; epoch <= phase.epochs && !*stop_ && budget_left(); ++epoch) {
    const bool compares = stop && stop->change;
    if (compares) {
      before.clear();
      for (const auto* p : trainers_.front()->parameters()) before.push_back(p->value);
    }
    EpochRecord record = train_epoch(phase, epoch, samples);
    const double change = compares ? largest_change<Real>(trainers_.front()->parameters(), before) : 0;
    validate(record);
    const double watched = gradient ? monitored(trainers_.front()->options().monitor, record) : nan;
    if (gradient && !*stop_)
      for (auto& t : trainers_) t->epoch_ended(monitored(t->options().monitor, record), epoch);
    record_.epochs.push_back(record);
    collect();
    epoch_ended(epoch);
    if (gradient && !*stop_ && stop->done(record.gradient_norm, change, epoch, watched)) {
      if (epoch < phase.epochs) record_.stopped = stop->reason();
      break;
    }
  }
  if (!gradient) return;
  for (auto& t : trainers_) record_.kept_epoch = std::max(record_.kept_epoch, t->restore_best());
  if (record_.kept_epoch > 0) clock_->refresh();
}

template <class Real>
void Learner<Real>::validate(EpochRecord& record) {
  record.validation_loss = record.validation_accuracy = nan;
  const std::vector<std::uint32_t> samples = shown_of(split_->validation);
  if (trainers_.empty() || !std::isfinite(record.loss) || samples.empty() || *stop_) return;
  const PhaseRecord v = evaluate("validate", *dataset_, samples, false, false);
  record.validation_loss = v.loss;
  record.validation_accuracy = v.accuracy;
}

template <class Real>
EpochRecord Learner<Real>::train_epoch(const Phase& phase, std::int64_t epoch,
                                       const std::vector<std::uint32_t>& samples) {
  const auto start = std::chrono::steady_clock::now();
  const bool whole = (learns_by_gradient(phase) ? training_batch(samples.size()) : 1) == samples.size();
  const auto order = whole ? samples : shuffled(samples, options_.seed, static_cast<std::uint64_t>(epoch));
  EpochRecord record;
  record.phase = phase.name;
  record.epoch = epoch;
  record.loss = record.accuracy = record.gradient_norm = record.rate = record.penalty = nan;
  const std::uint64_t first = trial_;
  for (auto& node : network_->nodes) node->training = true;
  train_batches(phase, epoch, order, record);
  if (!*stop_)
    for (auto& p : processes_) p->end_epoch();
  for (auto& node : network_->nodes) node->training = false;
  record.presentations = static_cast<std::int64_t>(trial_ - first);
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return record;
}

template <class Real>
void Learner<Real>::train_batches(const Phase& phase, std::int64_t epoch, const std::vector<std::uint32_t>& order,
                                  EpochRecord& record) {
  const bool gradient = learns_by_gradient(phase);
  const std::size_t size = gradient ? training_batch(order.size()) : clock_->plan().batch;
  const auto batches = static_cast<std::int64_t>((order.size() + size - 1) / size);
  Batch batch;
  batch.dataset = dataset_;
  batch.gradient = gradient;
  batch.taught = true;
  if (options_.budget.operations > 0)
    for (auto& e : network_->edges) {
      e->counts = true;
      e->reset_operations();
    }
  const data::Augment augment(options_.augment, dataset_->shape, options_.seed);
  if (options_.augment.any()) batch.augment = &augment;
  // What learns by rules alone passes once, without a loss.
  std::vector<Trainer<Real>*> turns;
  for (auto& t : trainers_)
    if (gradient && phase.learns(t->options().name)) turns.push_back(t.get());
  if (turns.empty()) turns.push_back(nullptr);
  const bool scored = gradient && answers_classes();
  std::vector<double> losses(turns.size(), 0.0);
  double total = 0, correct = 0;
  std::size_t done = 0;
  for (std::int64_t k = 0; k < batches && !*stop_ && budget_left(); ++k) {
    std::size_t n = std::min(size, order.size() - done);
    if (options_.budget.presentations > 0)
      n = std::min(n, static_cast<std::size_t>(options_.budget.presentations - spent_.presentations));
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t first = trial_;
    batch.watched = k + 1 == batches;
    for (std::size_t turn = 0; turn < turns.size(); ++turn) {
      take_turn(batch, turns[turn]);
      batch.take(order, done, n);
      if (batch.trainer)
        batch.trainer->begin_step({epoch - 1, phase.epochs, (epoch - 1) * batches + k, phase.epochs * batches});
      run_batch(batch);
      check_loss(batch, epoch, done, order.size());
      losses[turn] += batch.loss() * batch.total;
      if (turn > 0) continue;
      total += batch.total;
      for (std::size_t b = 0; b < n && scored; ++b)
        correct += answer(prediction().values(b)) == dataset_->last_label(batch.samples[b]);
    }
    done += n;
    spend(turns.size() > 1 ? n : trial_ - first,
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    record.loss = gradient ? losses[0] / total : nan;
    record.accuracy = scored ? correct / static_cast<double>(done) : nan;
    report(phase.name, epoch, phase.epochs, static_cast<std::int64_t>(done), static_cast<std::int64_t>(order.size()),
           record.loss, record.accuracy);
  }
  for (auto& e : network_->edges) e->counts = false;
  if (!gradient || done == 0) return;
  for (const double loss : losses) record.losses.push_back(loss / total);
  if (batch.watched) watch(batch.samples.size(), record);
  take_turn(batch, nullptr);
}

template <class Real>
bool Learner<Real>::budget_left() {
  const Budget& all = options_.budget;
  const auto stop = [&](const std::string& what) {
    record_.stopped = fmt::format("its budget of {} is spent", what);
    return false;
  };
  if (all.presentations > 0 && spent_.presentations >= all.presentations)
    return stop(fmt::format("{} presentations", all.presentations));
  if (all.seconds > 0 && spent_.seconds >= all.seconds) return stop(fmt::format("{:g} s", all.seconds));
  if (all.operations > 0 && spent_.operations >= all.operations)
    return stop(fmt::format("{:g} synaptic operations", all.operations));
  return true;
}

template <class Real>
void Learner<Real>::spend(std::size_t presentations, double seconds) {
  spent_.presentations += static_cast<std::int64_t>(presentations);
  spent_.seconds += seconds;
  if (options_.budget.operations <= 0) return;
  clock_->count();
  for (auto& e : network_->edges) {
    spent_.operations += static_cast<double>(e->operations());
    e->reset_operations();
  }
  for (auto& e : network_->sparse) {
    spent_.operations += static_cast<double>(e->delivered);
    e->delivered = 0;
  }
}

template <class Real>
void Learner<Real>::take_turn(Batch& batch, Trainer<Real>* trainer) {
  batch.trainer = trainer;
  batch.ports.clear();
  batch.chooser = trainer ? trainer->chooser(batch.ports) : nullptr;
  if (trainers_.size() < 2) return;
  std::size_t k = 0;
  const auto trains = [&](const std::string& edge) { return !trainer || trainer->options().trains(edge); };
  for (auto& e : network_->edges) e->trained = trained_[k++] && trains(e->name());
  for (auto& e : network_->sparse) e->trained = trained_[k++] && trains(e->name);
  network_->want_input_gradients(false);
}

template <class Real>
void Learner<Real>::check_loss(const Batch& batch, std::int64_t epoch, std::size_t done, std::size_t all) const {
  if (std::isfinite(batch.loss())) return;
  throw NumericalError(
      fmt::format("learner \"{}\": the loss is {} in epoch {}, after {} of {} samples; a smaller rate may help",
                  options_.name, batch.loss(), epoch, done, all));
}

template <class Real>
void Learner<Real>::watch(std::size_t samples, EpochRecord& record) const {
  const Trainer<Real>& first = *trainers_.front();
  record.gradient_norm = first.gradient_norm();
  record.rate = first.rate();
  record.penalty = first.penalty();
  for (const auto& t : trainers_) {
    const auto norms = t->edge_norms();
    record.gradient_norms.insert(record.gradient_norms.end(), norms.gradient.begin(), norms.gradient.end());
    record.weight_norms.insert(record.weight_norms.end(), norms.weight.begin(), norms.weight.end());
  }
  const std::int64_t begin = options_.trial.resets ? 0 : now_ - options_.trial.steps;
  for (const auto& node : network_->nodes) {
    const std::int64_t steps = node->held ? 1 : std::min(options_.trial.steps, watched_steps);
    const std::size_t shown = std::min(samples, watched_samples);
    double squares = 0, zeros = 0;
    for (std::int64_t t = begin; t < begin + steps; ++t)
      for (std::size_t b = 0; b < shown; ++b) {
        const Real* const out = node->output.at(t, b);
        for (std::size_t u = 0; u < node->size(); ++u) {
          squares += static_cast<double>(out[u]) * static_cast<double>(out[u]);
          zeros += out[u] == Real(0);
        }
      }
    const double count = static_cast<double>(steps) * static_cast<double>(shown) * static_cast<double>(node->size());
    record.activity_rms.push_back(std::sqrt(squares / count));
    record.activity_zeros.push_back(zeros / count);
  }
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
