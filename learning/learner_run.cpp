// How a batch of samples runs: forwards, the loss, backwards, the optimizer's step, and what is measured of it.

#include <algorithm>
#include <cmath>

#include "learning/learner.hpp"
#include "learning/learner_batch.hpp"

namespace cajal {

template <class Real>
void Learner<Real>::run_batch(Batch& batch) {
  const std::size_t n = batch.samples.size();
  batch.terms.assign(n, 0.0);
  const std::size_t each = batch.group > 0 ? batch.group : n;
  batch.total = batch.trainer ? batch.trainer->total(*batch.dataset, std::span(batch.samples).first(each))
                              : static_cast<double>(n);
  for (auto& p : processes_) p->begin_trial();
  const std::int64_t begin = options_.trial.resets ? 0 : now_;
  for (auto& node : network_->nodes) node->trial_begin = begin;
  clock_->team().run([&](std::size_t part) { run_part(batch, part); });
  for (auto& p : processes_) p->end_batch({begin, begin + options_.trial.steps}, n);
  trial_ += n;
  now_ = begin + options_.trial.steps;
  if (batch.gradient) clock_->refresh();
  if (options_.trial.retry.fewer > 0) repeat_silent(batch);
}

template <class Real>
void Learner<Real>::repeat_silent(Batch& batch) {
  const auto& retry = options_.trial.retry;
  Node<Real>* input = network_->node(retry.input);
  const std::span<Real> gain = input->parameter_column("gain");
  const std::vector<Real> before(gain.begin(), gain.end());
  // Only those that stayed silent are shown again; the read-outs of the others must survive it: batch by batch of one.
  const std::size_t n = batch.samples.size();
  const std::int64_t steps = options_.trial.steps;
  for (std::int64_t attempt = 0; attempt < retry.most; ++attempt) {
    std::vector<std::size_t> silent;
    for (std::size_t b = 0; b < n; ++b) {
      double spikes = 0;
      for (double s : retry_->values(b)) spikes += s;
      if (spikes < static_cast<double>(retry.fewer)) silent.push_back(b);
    }
    if (silent.empty()) break;
    for (std::size_t b : silent) gain[b] += static_cast<Real>(retry.add);
    for (auto& p : processes_) p->begin_trial();
    const std::int64_t begin = options_.trial.resets ? 0 : now_;
    for (auto& node : network_->nodes) node->trial_begin = begin;
    Batch again = batch;
    clock_->team().run([&](std::size_t part) {
      const auto& team = clock_->team();
      if (clock_->plan().batch == 1) return run_part(again, part);
      // Each part takes some of the silent samples.
      for (std::size_t k = part; k < silent.size(); k += team.size()) {
        const std::size_t b = silent[k];
        const Slice one{b, b + 1, 0, 1, n, part, team.size()};
        run_slice(again, one, part);
      }
    });
    for (auto& p : processes_) p->end_batch({begin, begin + steps}, silent.size());
    trial_ += silent.size();
    now_ = begin + steps;
  }
  std::copy(before.begin(), before.end(), gain.begin());
}

template <class Real>
void Learner<Real>::run_part(Batch& batch, std::size_t part) {
  const Slice slice = clock_->slice(part, batch.samples.size());
  run_slice(batch, slice, part);
  if (!batch.gradient) return;
  gradient_part(batch, part, slice);
}

template <class Real>
void Learner<Real>::run_slice(Batch& batch, const Slice& slice, std::size_t part) {
  // By samples each part shows its own; split by units the first part shows the one there is.
  const bool shared = slice.parts > 1;
  std::vector<float> changed(batch.augment ? batch.dataset->features : 0);
  if (!shared || slice.part == 0)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const auto& d = *batch.dataset;
      std::span<const float> x(d.x.data() + static_cast<std::size_t>(batch.samples[b]) * d.features, d.features);
      if (batch.augment) {
        batch.augment->apply(x, trial_ + b, changed);
        x = changed;
      }
      for (Node<Real>* input : inputs_) input->show(b, x, trial_ + b);
      teach(batch, b);
      if (batch.chooser) batch.chooser->select(b, batch.ports[batch.part_of(b)]);
      for (auto& node : network_->nodes) node->trials[b] = trial_ + b;
    }
  if (shared) clock_->team().barrier();
  const std::int64_t begin = options_.trial.resets ? 0 : now_, end = begin + options_.trial.steps;
  if (options_.trial.resets || now_ == 0) clock_->reset(slice);
  for (Readout<Real>* r : readouts_) r->begin(slice);
  if (batch.measured) activity_->begin(batch.first, slice);
  const std::int64_t stride = batch.membranes ? 1 : clock_->plan().window;
  for (std::int64_t t = begin; t < end; t += stride) {
    const Steps window{t, std::min(end, t + stride)};
    clock_->advance(window, slice);
    if (batch.membranes) batch.membranes->look(t == begin, slice, part);
    for (Readout<Real>* r : readouts_) r->add(window, end - 1, slice);
    if (batch.measured) {
      measure(window, slice, part);
      activity_->add(batch.first, window, slice);
    }
  }
  for (Readout<Real>* r : readouts_) r->end(options_.trial.steps, slice);
  if (!batch.trainer || batch.gradient) return;
  if (shared) clock_->team().barrier();
  if (shared && slice.part > 0) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    batch.terms[b] = batch.trainer->term(*batch.dataset, batch.samples[b], batch.part_of(b), b, batch.total, part);
}

template <class Real>
void Learner<Real>::teach(const Batch& batch, std::size_t b) {
  if (teachers_.empty()) return;
  const data::Dataset& d = *batch.dataset;
  std::vector<float> target(d.classification() ? d.classes : d.targets, 0.0f);
  if (batch.taught && d.classification())
    target[static_cast<std::size_t>(d.last_label(batch.samples[b]))] = 1;
  else if (batch.taught)
    std::copy_n(d.y.begin() + static_cast<std::ptrdiff_t>(batch.samples[b] * d.targets), d.targets, target.begin());
  for (Node<Real>* teacher : teachers_) {
    // Other data may have no targets at all.
    target.resize(teacher->size(), 0.0f);
    teacher->show(b, target, trial_ + b);
  }
}

template <class Real>
void Learner<Real>::gradient_part(Batch& batch, std::size_t part, const Slice& slice) {
  // Where the state goes on from trial to trial the walk back ends where this one began.
  const std::int64_t begin = options_.trial.resets ? 0 : now_;
  const Steps steps{begin, begin + options_.trial.steps};
  clock_->clear_gradients(steps, slice);
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    batch.terms[b] = batch.trainer->term_and_gradient(*batch.dataset, batch.samples[b], batch.part_of(b), b,
                                                      batch.total, part, steps);
  clock_->rewind(steps, slice);
  Team& team = clock_->team();
  team.barrier();
  for (std::size_t task = part; task < clock_->gradient_tasks(); task += team.size())
    clock_->gradient_task(task, steps, batch.samples.size());
  team.barrier();
  batch.trainer->step(part, team, batch.watched);
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
