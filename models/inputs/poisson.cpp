#include "models/inputs/poisson.hpp"

#include <cmath>

namespace cajal {

template <class Real>
PoissonInput<Real>::PoissonInput(std::string name, std::size_t size, double rate, double start, double stop)
    : Node<Real>(std::move(name), size), rate_(rate), start_(start), stop_(stop) {}

template <class Real>
void PoissonInput<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  stream_ = Stream(plan.seed, "node." + Node<Real>::name());
  first_ = std::llround(start_ / plan.dt);
  last_ = stop_ / plan.dt < 9e18 ? std::llround(stop_ / plan.dt) : INT64_MAX;
  const double mean = rate_ * plan.dt * 1e-3;
  // Until the tail is below the resolution of a draw: 53 bits.
  cumulative_.clear();
  double probability = std::exp(-mean), sum = probability;
  for (int n = 1; sum < 1 - 0x1p-54 && n < 10000; ++n) {
    cumulative_.push_back(sum);
    probability *= mean / n;
    if (probability < 0x1p-60 && n > mean) break;
    sum += probability;
  }
  if (cumulative_.empty()) cumulative_.push_back(1);
}

template <class Real>
void PoissonInput<Real>::advance(Steps steps, const Slice& slice) {
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::int64_t t = steps.begin; t < steps.end; ++t)
    for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b) {
      Real* out = this->output.at(t, b);
      if (t < first_ || t >= last_) {
        std::fill(out + begin, out + end, Real(0));
        continue;
      }
      const std::uint64_t key = this->trials[b] << 40 | static_cast<std::uint64_t>(t);
      for (std::size_t u = begin; u < std::min(end, this->size()); u += 2) {
        // One block of bits serves two units.
        const Stream::Block bits = stream_.bits(u / 2, key);
        for (std::size_t k = 0; k < 2 && u + k < this->size(); ++k) {
          const double x = static_cast<double>((std::uint64_t{bits[2 * k]} << 32 | bits[2 * k + 1]) >> 11) * 0x1p-53;
          std::size_t count = 0;
          while (count < cumulative_.size() && x >= cumulative_[count]) ++count;
          out[u + k] = static_cast<Real>(count);
        }
      }
    }
}

template class PoissonInput<float>;
template class PoissonInput<double>;

}  // namespace cajal
