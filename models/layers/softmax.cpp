#include "models/layers/softmax.hpp"

#include <algorithm>

#include "models/describe.hpp"
#include "sim/number/math.hpp"

namespace cajal {

template <class Real>
Softmax<Real>::Softmax(std::string name, std::size_t size, double temperature)
    : RowLayer<Real>(std::move(name), size), per_temperature_(static_cast<Real>(1 / temperature)) {}

template <class Real>
void Softmax<Real>::forward(const Real* x, Real* y) const {
  using P = Wide<Real>;
  const std::size_t size = this->size();
  const P largest = P(*std::max_element(x, x + size));
  for (std::size_t u = 0; u < size; u += P::lanes) exp((P::load(x + u) - largest) * P(per_temperature_)).store(y + u);
  const Real all = static_cast<Real>(ordered_sum(0, size, [y](std::size_t u) { return y[u]; }));
  for (std::size_t u = 0; u < size; ++u) y[u] /= all;
  std::fill(y + size, y + padded(size), Real(0));
}

template <class Real>
void Softmax<Real>::backward(const Real*, const Real* y, const Real* y_gradient, Real* x_gradient) const {
  const std::size_t size = this->size();
  const Real mean = static_cast<Real>(ordered_sum(0, size, [=](std::size_t u) { return y[u] * y_gradient[u]; }));
  for (std::size_t u = 0; u < size; ++u) x_gradient[u] = y[u] * (y_gradient[u] - mean) * per_temperature_;
}

namespace {

template <class Real>
std::unique_ptr<Node<Real>> make_softmax(const NodeRequest& r) {
  return std::make_unique<Softmax<Real>>(r.name, r.size, r.table.number("temperature", 1, {1e-6, 1e6}));
}

}  // namespace

NodeEntry softmax_entry() {
  return {"softmax", "layers", "shares that add up to one", make_softmax<float>, make_softmax<double>, [] {
            return describe_head("softmax", "shares that add up to one", "y_u = exp(x_u / T) / sum_v exp(x_v / T)",
                                 "Bridle 1990, in Neurocomputing (NATO ASI F68), p. 227") +
                   "\nkeys\n  temperature  1            between 1e-06 and 1e+06  T\n\nNot before the loss "
                   "\"cross_entropy\", which takes logits.\n\nexample\n  layers = [ { kind = \"dense\", units = 8 }, { "
                   "name = \"share\", kind = \"softmax\", temperature = 2 } ]\n";
          }};
}

template class Softmax<float>;
template class Softmax<double>;

}  // namespace cajal
