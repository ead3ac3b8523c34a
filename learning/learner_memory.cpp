// What a learner takes of the memory, told before it runs.

#include <algorithm>

#include "learning/learner.hpp"
#include "sim/memory.hpp"

namespace cajal {

template <class Real>
LearnerMemory Learner<Real>::memory() {
  LearnerMemory m;
  const auto add = [&](const Parameter<Real>& p) {
    m.parameters += static_cast<double>(p.value.size() * sizeof(Real) + p.order.size() * sizeof(std::uint32_t));
  };
  for (auto& e : network_->edges)
    for (const Parameter<Real>* p : e->parameters()) add(*p);
  for (const auto& e : network_->sparse) add(e->weight);
  for (const auto& t : trainers_) m.training += static_cast<double>(t->state_bytes());

  const bool tape = !trainers_.empty();
  m.batch = tape                 ? shown_parts() * training_batch(split_->train.size())
            : processes_.empty() ? std::min(options_.batch, split_->test.size())
                                 : 1;
  // Buffers grow evenly with the batch: two small ones tell what a large one takes.
  constexpr std::size_t few = 16;
  const double none = heap_in_use();
  if (m.batch <= 2 * few) {
    prepare(m.batch, tape);
    m.buffers = heap_in_use() - none;
  } else {
    prepare(few, tape);
    const double some = heap_in_use() - none;
    prepare(2 * few, tape);
    const double each = (heap_in_use() - none - some) / static_cast<double>(few);
    m.buffers = some + each * static_cast<double>(m.batch - few);
  }
  const std::size_t kept = std::min(options_.activity_samples, split_->test.size());
  for (const auto& node : network_->nodes) m.buffers += static_cast<double>(kept * node->size() * sizeof(float));
  return m;
}

template LearnerMemory Learner<float>::memory();
template LearnerMemory Learner<double>::memory();

}  // namespace cajal
