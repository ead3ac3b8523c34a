#include "models/inputs/current.hpp"

#include <cmath>

namespace cajal {

template <class Real>
CurrentInput<Real>::CurrentInput(std::string name, std::size_t size, double amplitude, double start, double stop,
                                 std::string_view unit)
    : Node<Real>(std::move(name), size), amplitude_(amplitude), start_(start), stop_(stop), unit_(unit) {}

template <class Real>
void CurrentInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  first_ = std::llround(start_ / plan.dt);
  last_ = stop_ / plan.dt < 9e18 ? std::llround(stop_ / plan.dt) : INT64_MAX;
}

template <class Real>
void CurrentInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      std::fill(out + begin, out + end, t >= first_ && t < last_ ? static_cast<Real>(amplitude_) : Real(0));
    }
}

template class CurrentInput<float>;
template class CurrentInput<double>;

}  // namespace cajal
