#include "learning/plasticity/normalise.hpp"

#include <algorithm>

namespace cajal {

template <class Real>
NormaliseProcess<Real>::NormaliseProcess(typename Process<Real>::Identity identity, std::vector<Target> targets)
    : Process<Real>(std::move(identity)), targets_(std::move(targets)) {
  for (Target& target : targets_) target.edge->plastic = true;
}

template <class Real>
void NormaliseProcess<Real>::attach(Clock<Real>& clock) {
  attached_.clear();
  for (const Target& target : targets_)
    for (auto& store : clock.stores())
      for (std::size_t e = 0; e < store->edge_count(); ++e)
        if (&store->edge(e) == target.edge) attached_.push_back({store.get(), e, target.sum, {}});
}

template <class Real>
void NormaliseProcess<Real>::begin_trial() {
  if (this->frozen()) return;
  for (Attached& attached : attached_) scale(attached);
}

/// Positions ascend by (source, delay, target): each unit's sum has one order, whatever the shards.
template <class Real>
void NormaliseProcess<Real>::scale(Attached& attached) {
  SparseStore<Real>& store = *attached.store;
  const std::span<Real> weights = store.weights(attached.edge);
  const auto units = store.target_units(attached.edge);
  attached.factor.assign(units.end - units.begin, 0);
  const auto each = [&](const auto& visit) {
    for (const LearnedSegment& segment : store.segments(attached.edge)) {
      std::size_t position = segment.first;
      for (const std::uint32_t target : store.targets(segment))
        visit(weights[position++], attached.factor[target - units.begin]);
    }
  };
  each([](Real& w, double& sum) { sum += static_cast<double>(w); });
  for (double& f : attached.factor) f = f > 0 ? attached.sum / f : 1.0;
  each([](Real& w, const double& factor) { w = static_cast<Real>(static_cast<double>(w) * factor); });
  store.collect(attached.edge);
}

template class NormaliseProcess<float>;
template class NormaliseProcess<double>;

}  // namespace cajal
