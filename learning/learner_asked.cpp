// What measures ask of a learner that has learned.

#include <algorithm>
#include <numeric>

#include "learning/learner.hpp"
#include "learning/learner_batch.hpp"
#include "sim/population_base.hpp"

namespace cajal {

namespace {

/// Puts a value back when it goes.
template <class T>
class Kept {
 public:
  explicit Kept(T& value) : value_(value), before_(value) {}
  ~Kept() { value_ = before_; }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

 private:
  T& value_;
  T before_;
};

}  // namespace

template <class Real>
void Learner<Real>::release() {
  collect();
  clock_.reset();
}

template <class Real>
PhaseRecord Learner<Real>::ask(const data::Dataset& dataset, std::int64_t steps) {
  const bool shorter = steps < options_.trial.steps;
  const Kept trial(trial_);
  // Where the state goes on from trial to trial it starts anew with each call.
  if (shorter || !options_.trial.resets) release();
  PhaseRecord record;
  {
    const Kept length(options_.trial);
    if (shorter) {
      options_.trial.steps = steps;
      options_.trial.retry = {};
    }
    std::vector<std::uint32_t> samples(dataset.samples);
    std::iota(samples.begin(), samples.end(), 0u);
    record = predict(dataset, samples);
  }
  if (shorter || !options_.trial.resets) release();
  return record;
}

template <class Real>
Learner<Real>::Membranes::Membranes(const Network<Real>& network, std::size_t batch, std::size_t parts)
    : updates_(parts, 0.0) {
  for (const auto& node : network.nodes) {
    if (!has_membrane(*node)) continue;
    watched_.push_back({node->columns().front().signal, node->size(), std::vector<Real>(batch * node->size())});
  }
}

template <class Real>
void Learner<Real>::Membranes::look(bool first, const Slice& slice, std::size_t part) {
  for (Watched& w : watched_) {
    const auto [begin, end] = slice.units(padded(w.units));
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      const Real* const now = w.potential->at(0, b);
      Real* const before = w.before.data() + b * w.units;
      for (std::size_t u = begin; u < std::min(end, w.units); ++u) {
        updates_[part] += first || now[u] != before[u];
        before[u] = now[u];
      }
    }
  }
}

template <class Real>
double Learner<Real>::Membranes::updates() const {
  return std::accumulate(updates_.begin(), updates_.end(), 0.0);
}

template <class Real>
std::optional<double> Learner<Real>::membrane_updates(const data::Dataset& dataset) {
  if (network_->whole_trial() || dataset.samples == 0) return {};
  progress_ = nullptr;
  stop_ = nullptr;
  for (auto& p : processes_) p->freeze(true);
  const Kept trial(trial_);
  if (!options_.trial.resets) release();
  prepare(options_.trial.resets ? std::min(std::max<std::size_t>(options_.batch, 1), dataset.samples) : 1, false);
  Membranes membranes(*network_, clock_->plan().batch, clock_->team().size());
  Batch batch;
  batch.dataset = &dataset;
  batch.membranes = &membranes;
  take_turn(batch, nullptr);
  std::vector<std::uint32_t> order(dataset.samples);
  std::iota(order.begin(), order.end(), 0u);
  const std::uint64_t first = trial_;
  for (std::size_t done = 0; done < order.size(); done += batch.samples.size()) {
    batch.take(order, done, std::min(clock_->plan().batch, order.size() - done));
    run_batch(batch);
  }
  const double presentations = static_cast<double>(trial_ - first);
  if (!options_.trial.resets) release();
  return membranes.updates() / presentations;
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
