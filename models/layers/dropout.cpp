#include "models/layers/dropout.hpp"

namespace cajal {

template <class Real>
Dropout<Real>::Dropout(std::string name, std::size_t size, double p)
    : Node<Real>(std::move(name), size), p_(p), threshold_(static_cast<std::uint32_t>(p * 0x1p32)) {
  Port<Real> port;
  port.name = "input";
  port.receptor = "none";
  this->ports.push_back(std::move(port));
}

template <class Real>
void Dropout<Real>::prepare(const Plan& plan) {
  Node<Real>::prepare(plan);
  stream_ = Stream(plan.seed, "node." + this->name());
}

template <class Real>
std::array<Real, 4> Dropout<Real>::mask(std::size_t sample, std::size_t unit) const {
  if (!this->training) return {Real(1), Real(1), Real(1), Real(1)};
  const Stream::Block bits = stream_.bits(unit / 4, this->trials[sample]);
  const Real kept = static_cast<Real>(1 / (1 - p_));
  std::array<Real, 4> out;
  for (std::size_t k = 0; k < 4; ++k) out[k] = bits[k] < threshold_ ? Real(0) : kept;
  return out;
}

template <class Real>
void Dropout<Real>::apply(const Signal<Real>& in, Signal<Real>& out, Steps steps, const Slice& slice) const {
  if (this->held) {
    if (steps.begin > this->trial_begin) return;
    steps.end = steps.begin + 1;
  }
  const auto [begin, end] = slice.units(padded(this->size()));
  for (std::size_t b = slice.sample_begin; b < slice.sample_end; ++b)
    for (std::size_t u = begin; u < end; u += 4) {
      const auto m = mask(b, u);
      for (std::int64_t t = steps.begin; t < steps.end; ++t)
        for (std::size_t k = 0; k < 4; ++k) out.at(t, b)[u + k] = m[k] * in.at(t, b, slice.part)[u + k];
    }
}

template <class Real>
void Dropout<Real>::advance(Steps steps, const Slice& slice) {
  apply(this->ports[0].arrivals, this->output, steps, slice);
}

template <class Real>
void Dropout<Real>::rewind(Steps steps, const Slice& slice) {
  apply(this->output_gradient, this->ports[0].arrivals_gradient, steps, slice);
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace cajal
