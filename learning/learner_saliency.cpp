// How the answer of a learner depends on what it is shown.

#include <algorithm>
#include <utility>

#include "learning/learner.hpp"
#include "learning/learner_batch.hpp"

namespace cajal {

template <class Real>
std::vector<double> Learner<Real>::input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs) {
  progress_ = nullptr;
  stop_ = nullptr;
  for (auto& p : processes_) p->freeze(true);
  const std::size_t features = dataset_->features, n = outputs.size();
  data::Dataset shown;
  shown.shape = dataset_->shape;
  shown.features = features;
  shown.samples = n;
  shown.x.assign(rows.begin(), rows.end());
  std::vector<double> gradient(n * features, 0.0);
  if (n == 0) return gradient;
  const std::uint64_t trial = trial_;
  // Nothing is trained meanwhile: errors go back by the weights themselves, whatever they learn by.
  std::vector<bool> trained;
  for (auto& e : network_->edges) trained.push_back(std::exchange(e->trained, false));
  network_->want_input_gradients(true);
  const std::size_t most =
      std::min(n, trainers_.empty() ? std::max<std::size_t>(options_.batch, 1) : training_batch(split_->train.size()));
  collect();
  clock_.reset();
  prepare(most, true);
  Batch batch;
  batch.dataset = &shown;
  Readout<Real>& readout = own_prediction_ ? *own_prediction_ : trainers_.front()->readout();
  for (std::size_t first = 0; first < n; first += batch.samples.size()) {
    batch.samples.clear();
    for (std::size_t s = first; s < std::min(n, first + most); ++s)
      batch.samples.push_back(static_cast<std::uint32_t>(s));
    run_batch(batch);
    const Steps steps{0, options_.trial.steps};
    clock_->team().run([&](std::size_t part) {
      const Slice slice = clock_->slice(part, batch.samples.size());
      clock_->clear_gradients(steps, slice);
      std::vector<Real> chosen(readout.width(), Real(0));
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
        std::fill(chosen.begin(), chosen.end(), Real(0));
        // Where every step has an answer, the last one counts.
        chosen[readout.width() - readout.node().size() + static_cast<std::size_t>(outputs[first + b])] = Real(1);
        readout.spread(chosen, steps, b);
      }
      clock_->rewind(steps, slice);
      if (slice.parts > 1) {
        clock_->team().barrier();
        if (slice.part > 0) return;
      }
      for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
        for (const Node<Real>* input : inputs_)
          input->shown_gradient(b, steps, std::span(gradient).subspan((first + b) * features, features));
    });
  }
  for (std::size_t e = 0; e < trained.size(); ++e) network_->edges[e]->trained = trained[e];
  network_->want_input_gradients(false);
  clock_.reset();
  // The same noise at each call.
  trial_ = trial;
  return gradient;
}

template std::vector<double> Learner<float>::input_gradient(std::span<const float>, std::span<const std::int32_t>);
template std::vector<double> Learner<double>::input_gradient(std::span<const float>, std::span<const std::int32_t>);

}  // namespace cajal
