#include "models/inputs/spikes.hpp"

#include <algorithm>
#include <cmath>

namespace cajal {

template <class Real>
SpikesInput<Real>::SpikesInput(std::string name, std::vector<std::vector<double>> times)
    : Node<Real>(std::move(name), times.size()), times_(std::move(times)) {}

template <class Real>
void SpikesInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  spikes_.clear();
  // A spike at time t ends the step (t - dt, t], which is step t / dt - 1.
  for (std::size_t unit = 0; unit < times_.size(); ++unit)
    for (double t : times_[unit]) spikes_.push_back({std::llround(t / plan.dt) - 1, unit});
  std::stable_sort(spikes_.begin(), spikes_.end(), [](const Spike& a, const Spike& b) { return a.step < b.step; });
}

template <class Real>
void SpikesInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::int64_t t = steps.begin; t < steps.end; ++t) {
    const auto first = std::lower_bound(spikes_.begin(), spikes_.end(), t,
                                        [](const Spike& s, std::int64_t step) { return s.step < step; });
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      std::fill(out + begin, out + end, Real(0));
      for (auto s = first; s != spikes_.end() && s->step == t; ++s)
        if (s->unit >= begin && s->unit < end) out[s->unit] += Real(1);
    }
  }
}

template class SpikesInput<float>;
template class SpikesInput<double>;

}  // namespace cajal
