// How a batch of samples runs: forwards, the loss, backwards, the optimizer's step, and what is measured of it.

#include <algorithm>
#include <cmath>

#include "learning/learner.hpp"
#include "learning/learner_batch.hpp"

namespace cajal {

namespace {

constexpr std::size_t loss_readout = 1, retry_readout = 2;

/// The nearest multiple of 2^-20, of which sums are exact: parts of a team may add them up in any order.
double on_grid(double x) {
  constexpr double shift = 0x1.8p32;
  return x + shift - shift;
}

}  // namespace

template <class Real>
void Learner<Real>::run_batch(Batch& batch) {
  const std::size_t n = batch.samples.size();
  batch.terms.assign(n, 0.0);
  batch.gains.assign(n, 0.0);
  for (auto& p : processes_) p->begin_trial();
  if (batch.gradient) {
    optimizer_->begin_step();
    for (auto& e : network_->sparse)
      if (e->trained) std::fill(e->weight.gradient.begin(), e->weight.gradient.end(), Real(0));
  }
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
      for (double s : readouts_[retry_readout].values(b)) spikes += s;
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
        const Slice one{b, b + 1, 0, 1};
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
      for (auto& node : network_->nodes) node->trials[b] = trial_ + b;
    }
  if (shared) clock_->team().barrier();
  const std::int64_t begin = options_.trial.resets ? 0 : now_, end = begin + options_.trial.steps;
  if (options_.trial.resets || now_ == 0) clock_->reset(slice);
  for (auto& r : readouts_) r.begin(slice);
  if (batch.measured) activity_->begin(batch.first, slice);
  for (std::int64_t t = begin; t < end; t += clock_->plan().window) {
    const Steps window{t, std::min(end, t + clock_->plan().window)};
    clock_->advance(window, slice);
    for (auto& r : readouts_) r.add(window, end - 1, slice);
    if (batch.measured) {
      measure(window, slice, part);
      activity_->add(batch.first, window, slice);
    }
  }
  for (auto& r : readouts_) r.end(options_.trial.steps, slice);
  if (!options_.gradient || batch.gradient) return;
  if (shared) clock_->team().barrier();
  if (shared && slice.part > 0) return;
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) loss_term(batch, b, {});
}

template <class Real>
void Learner<Real>::loss_term(Batch& batch, std::size_t b, std::span<Real> gradient) const {
  const auto values = readouts_[loss_readout].values(b);
  const std::vector<Real> output(values.begin(), values.end());
  const auto& d = *batch.dataset;
  const std::size_t sample = batch.samples[b];
  const auto& loss = *options_.gradient->loss;
  if (d.classification())
    batch.terms[b] = loss.template sample<Real>(output, d.label[sample], batch.samples.size(), gradient);
  else
    batch.terms[b] = loss.template sample<Real, float>(
        std::span<const Real>(output), std::span<const float>(d.y.data() + sample * d.targets, d.targets),
        batch.samples.size(), gradient);
}

template <class Real>
void Learner<Real>::gradient_part(Batch& batch, std::size_t part, const Slice& slice) {
  // Where the state goes on from trial to trial the walk back ends where this one began.
  const std::int64_t begin = options_.trial.resets ? 0 : now_;
  const Steps steps{begin, begin + options_.trial.steps};
  const Readout<Real>& readout = readouts_[loss_readout];
  clock_->clear_gradients(steps, slice);
  std::vector<Real> gradient(readout.node().size());
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
    loss_term(batch, b, gradient);
    readout.spread(gradient, steps, b);
  }
  clock_->rewind(steps, slice);
  Team& team = clock_->team();
  team.barrier();
  for (std::size_t task = part; task < clock_->gradient_tasks(); task += team.size())
    clock_->gradient_task(task, steps, batch.samples.size());
  team.barrier();
  for (std::size_t r = part; r < ranges_.size(); r += team.size())
    optimizer_->update(ranges_[r].parameter, ranges_[r].begin, ranges_[r].end);
}

template <class Real>
void Learner<Real>::measure(Steps steps, const Slice& slice, std::size_t part) {
  auto& counts = counts_[part];
  for (std::size_t i = 0; i < network_->nodes.size(); ++i) {
    const Node<Real>& node = *network_->nodes[i];
    // A held output stands for all steps.
    Steps seen = steps;
    double weight = 1;
    if (node.held) {
      if (steps.begin > node.trial_begin) continue;
      seen.end = seen.begin + 1;
      weight = static_cast<double>(options_.trial.steps);
    }
    const auto [begin, end] = slice.units(padded(node.size()));
    double nonzero = 0, sum = 0;
    const std::size_t stop = std::min(end, node.size());
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      for (std::int64_t t = seen.begin; t < seen.end; ++t) {
        const Real* out = node.output.at(t, b);
        for (std::size_t u = begin; u < stop; ++u) {
          nonzero += out[u] != Real(0);
          sum += on_grid(static_cast<double>(out[u]));
        }
      }
    counts[3 * i] += weight * nonzero;
    counts[3 * i + 1] +=
        weight * static_cast<double>(seen.count()) *
        static_cast<double>((slice.sample_end - slice.sample_begin) * (stop > begin ? stop - begin : 0));
    counts[3 * i + 2] += weight * sum;
  }
}

template <class Real>
void Learner<Real>::finish_measure(double samples) {
  record_.measured_samples = samples;
  record_.measured_ms = samples * static_cast<double>(options_.trial.steps) * options_.dt;
  activity_->finish();
  record_.activity.clear();
  record_.operations.clear();
  for (std::size_t i = 0; i < network_->nodes.size(); ++i) {
    const Node<Real>& node = *network_->nodes[i];
    NodeActivity a;
    a.node = node.name();
    a.spiking = node.spiking();
    a.input = node.ports.empty();
    a.units = node.size();
    for (const auto& c : counts_) {
      a.nonzero += c[3 * i];
      a.total += c[3 * i + 1];
      a.sum += c[3 * i + 2];
    }
    record_.activity.push_back(a);
  }
  const double steps = static_cast<double>(options_.trial.steps);
  for (auto& e : network_->edges) {
    // A held input is multiplied once a trial, whatever the number of steps.
    const double passes = e->from().held ? 1 : steps;
    record_.operations.push_back({e->name(), e->from().spiking(), static_cast<double>(e->operations()) / samples,
                                  passes * static_cast<double>(e->synapses())});
    e->counts = false;
  }
  clock_->count();
  for (auto& e : network_->sparse)
    record_.operations.push_back(
        {e->name, e->from->spiking(), static_cast<double>(e->delivered) / samples, steps * e->count()});
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
