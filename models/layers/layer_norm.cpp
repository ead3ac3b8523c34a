#include "models/layers/layer_norm.hpp"

#include <algorithm>
#include <cmath>

#include "models/describe.hpp"

namespace cajal {

template <class Real>
LayerNorm<Real>::LayerNorm(std::string name, std::size_t size, double eps)
    : RowLayer<Real>(std::move(name), size), eps_(eps) {}

template <class Real>
typename LayerNorm<Real>::Moments LayerNorm<Real>::moments(const Real* x) const {
  const auto count = static_cast<double>(this->size());
  const double mean = ordered_sum(0, this->size(), [x](std::size_t u) { return x[u]; }) / count;
  const double square = ordered_sum(0, this->size(), [=](std::size_t u) {
    const double d = static_cast<double>(x[u]) - mean;
    return d * d;
  });
  return {mean, 1 / std::sqrt(square / count + eps_)};
}

template <class Real>
void LayerNorm<Real>::forward(const Real* x, Real* y) const {
  const Moments m = moments(x);
  const Real mean = static_cast<Real>(m.mean), scale = static_cast<Real>(m.per_deviation);
  for (std::size_t u = 0; u < this->size(); ++u) y[u] = (x[u] - mean) * scale;
  std::fill(y + this->size(), y + padded(this->size()), Real(0));
}

template <class Real>
void LayerNorm<Real>::backward(const Real* x, const Real* y, const Real* y_gradient, Real* x_gradient) const {
  const std::size_t size = this->size();
  const auto count = static_cast<double>(size);
  const Real scale = static_cast<Real>(moments(x).per_deviation);
  const Real mean = static_cast<Real>(ordered_sum(0, size, [=](std::size_t u) { return y_gradient[u]; }) / count);
  const Real along =
      static_cast<Real>(ordered_sum(0, size, [=](std::size_t u) { return y_gradient[u] * y[u]; }) / count);
  for (std::size_t u = 0; u < size; ++u) x_gradient[u] = scale * (y_gradient[u] - mean - y[u] * along);
}

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_layer_norm(const NodeRequest& r) {
  return std::make_unique<LayerNorm<Real>>(r.name, r.size, r.table.number("eps", 1e-5, {1e-30, 1}));
}

}  // namespace

NodeEntry layer_norm_entry() {
  return {"layer_norm",
          "layers",
          "normalises over the units of each sample",
          make_layer_norm<float>,
          make_layer_norm<double>,
          [] {
            return describe_head("layer_norm", "normalises over the units of each sample",
                                 "y_u = (x_u - mean x) / sqrt(var x + eps), over all units, var biased",
                                 "Ba, Kiros & Hinton 2016, arXiv:1607.06450, eq. 3") +
                   "\nkeys\n  eps        1e-5         between 1e-30 and 1     added to the variance\nin `layers` also\n"
                   "  scale      true         true or false           a trainable weight and bias for each unit\n\n"
                   "example\n  layers = [ { kind = \"dense\", units = 64 }, { kind = \"layer_norm\", activation = "
                   "\"relu\" } ]\n";
          }};
}

template class LayerNorm<float>;
template class LayerNorm<double>;

}  // namespace cajal
