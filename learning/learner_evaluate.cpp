// How a phase in which nothing learns runs, and what is measured in it.

#include <algorithm>
#include <chrono>
#include <limits>

#include "learning/learner.hpp"
#include "learning/learner_batch.hpp"

namespace cajal {

namespace {

/// The nearest multiple of 2^-20, of which sums are exact: parts of a team may add them up in any order.
double on_grid(double x) {
  constexpr double shift = 0x1.8p32;
  return x + shift - shift;
}

}  // namespace

template <class Real>
PhaseRecord Learner<Real>::evaluate(const std::string& name, const data::Dataset& dataset,
                                    const std::vector<std::uint32_t>& samples, bool fit, bool measured) {
  const auto start = std::chrono::steady_clock::now();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  PhaseRecord record;
  record.name = name;
  const bool assigned = options_.predict.kind == Predict::Kind::assigned_rate;
  const std::size_t units = prediction().node().size();
  record.outputs = assigned ? dataset.classes : units;
  std::vector<double> responses;
  const bool classes = dataset.classification() && options_.predict.kind != Predict::Kind::value;
  // Of outputs that are samples themselves a few are enough.
  const std::size_t kept = options_.outputs != LearnerOptions::Outputs::answers && name != "predict"
                               ? LearnerOptions::kept_outputs
                               : samples.size();
  Batch batch;
  batch.dataset = &dataset;
  // Other data need not have targets.
  take_turn(batch, nullptr);
  if (!trainers_.empty()) batch.chooser = trainers_.back()->chooser(batch.ports);
  batch.ports.resize(std::min<std::size_t>(batch.ports.size(), 1));
  batch.trainer = &dataset == dataset_ && !trainers_.empty() ? trainers_.back().get() : nullptr;
  batch.measured = measured;
  if (measured) {
    for (auto& c : counts_) std::fill(c.begin(), c.end(), 0.0);
    for (auto& e : network_->edges) {
      e->counts = e->synaptic();
      e->reset_operations();
    }
    clock_->count();
    for (auto& e : network_->sparse) {
      e->delivered = 0;
      e->counts = true;
    }
    activity_ = std::make_unique<ActivityRecorder<Real>>(*network_, std::min(options_.activity_samples, samples.size()),
                                                         options_.spike_samples, options_.trial.steps, clock_->parts());
  }
  const std::uint64_t first = trial_;
  std::size_t done = 0;
  double loss = 0, total = 0;
  while (done < samples.size() && !(stop_ && *stop_)) {
    const std::size_t n = std::min(clock_->plan().batch, samples.size() - done);
    batch.take(samples, done, n);
    run_batch(batch);
    for (std::size_t b = 0; b < n && done + b < kept; ++b) {
      const auto values = prediction().values(b);
      responses.insert(responses.end(), values.begin(), values.end());
    }
    loss += batch.loss() * batch.total;
    total += batch.total;
    done += n;
    batch.first = done;
    if (name != "validate" || trainers_.empty())
      report(name, 1, 1, static_cast<std::int64_t>(done), static_cast<std::int64_t>(samples.size()), nan, nan);
  }
  record.presentations = static_cast<std::int64_t>(trial_ - first);
  record.sample.assign(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(done));
  if (classes)
    for (auto s : record.sample) record.label.push_back(dataset.last_label(s));
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
  for (std::size_t s = 0; s < done && classes; ++s) {
    record.predicted.push_back(answer({record.scores.data() + s * record.outputs, record.outputs}));
    correct += record.predicted.back() == record.label[s];
  }
  record.accuracy = classes && done > 0 ? static_cast<double>(correct) / static_cast<double>(done) : nan;
  record.loss = batch.trainer && done > 0 ? loss / total : nan;
  if (measured) finish_measure(static_cast<double>(trial_ - first));
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return record;
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
    double nonzero = 0, sum = 0, graded = 0;
    const std::size_t stop = std::min(end, node.size());
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
      for (std::int64_t t = seen.begin; t < seen.end; ++t) {
        const Real* out = node.output.at(t, b);
        for (std::size_t u = begin; u < stop; ++u) {
          nonzero += out[u] != Real(0);
          graded += out[u] != Real(0) && out[u] != Real(1) && out[u] != Real(-1);
          sum += on_grid(static_cast<double>(out[u]));
        }
      }
    counts[4 * i] += weight * nonzero;
    counts[4 * i + 1] +=
        weight * static_cast<double>(seen.count()) *
        static_cast<double>((slice.sample_end - slice.sample_begin) * (stop > begin ? stop - begin : 0));
    counts[4 * i + 2] += weight * sum;
    counts[4 * i + 3] += graded;
  }
}

template <class Real>
void Learner<Real>::finish_measure(double samples) {
  record_.measured_samples = samples;
  record_.measured_ms = samples * static_cast<double>(options_.trial.steps) * options_.dt;
  activity_->finish();
  record_.activity.clear();
  record_.operations.clear();
  std::vector<double> graded(network_->nodes.size(), 0.0);
  for (std::size_t i = 0; i < network_->nodes.size(); ++i) {
    const Node<Real>& node = *network_->nodes[i];
    NodeActivity a;
    a.node = node.name();
    a.spiking = node.spiking();
    a.input = node.ports.empty();
    a.units = node.size();
    for (const auto& c : counts_) {
      a.nonzero += c[4 * i];
      a.total += c[4 * i + 1];
      a.sum += c[4 * i + 2];
      graded[i] += c[4 * i + 3];
    }
    record_.activity.push_back(a);
  }
  const double steps = static_cast<double>(options_.trial.steps);
  const auto binary = [&](const Node<Real>& from) { return graded[network_->index_of(from)] == 0; };
  for (auto& e : network_->edges) {
    e->counts = false;
    if (!e->synaptic()) continue;
    // A held input is multiplied once a trial, whatever the number of steps.
    const double passes = e->from().held ? 1 : steps;
    record_.operations.push_back({e->name(), binary(e->from()), static_cast<double>(e->operations()) / samples,
                                  passes * static_cast<double>(e->synapses())});
  }
  clock_->count();
  for (auto& e : network_->sparse) {
    e->counts = false;
    record_.operations.push_back(
        {e->name, binary(*e->from), static_cast<double>(e->delivered) / samples, steps * e->count()});
  }
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
