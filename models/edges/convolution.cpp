#include "models/edges/convolution.hpp"

#include <algorithm>
#include <numeric>

#include "models/edges/planes.hpp"
#include "sim/number/aligned.hpp"

namespace cajal {

namespace {

/// Memory of the calling thread that products work in: what it held before does not matter.
template <class Real>
std::span<Real> scratch(std::size_t size) {
  thread_local AlignedVector<Real> memory;
  if (memory.size() < size) memory.resize(size);
  return {memory.data(), size};
}

}  // namespace

template <class Real>
ConvolutionEdge<Real>::ConvolutionEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port,
                                       std::int64_t delay, const Geometry& geometry, const std::vector<double>& weight,
                                       const std::vector<double>& bias)
    : ProductEdge<Real>(std::move(name), from, to, port, delay),
      geometry_(geometry),
      there_(Correlation::forward(geometry.convolution)),
      back_(Correlation::backward(geometry.convolution)),
      fans_(count_fans(geometry.convolution, geometry.transposed)),
      nonzero_(fans_) {
  const Convolution& c = geometry_.convolution;
  weight_.name = "weight";
  weight_.unit = from.output_unit().empty() ? this->target().unit : "";
  weight_.shape = geometry_.weight_shape;
  weight_.value.assign(convolution::panels_size(c), Real(0));
  for (std::size_t f = 0; f < c.filters; ++f)
    for (std::size_t k = 0; k < c.taps(); ++k)
      weight_.order.push_back(static_cast<std::uint32_t>(convolution::panels_index(c, f, k)));
  weight_.assign(weight);
  weight_.changed = [this] { refresh(); };
  if (bias.empty()) return;
  bias_.name = "bias";
  bias_.unit = this->target().unit;
  bias_.shape = {filters()};
  bias_.value.assign(padded(filters()), Real(0));
  bias_.order.resize(filters());
  std::iota(bias_.order.begin(), bias_.order.end(), 0u);
  bias_.assign(bias);
}

template <class Real>
std::string_view ConvolutionEdge<Real>::kind() const {
  const bool one = geometry_.weight_shape.size() == 3;
  return geometry_.transposed ? (one ? "conv_transpose1d" : "conv_transpose2d") : (one ? "conv1d" : "conv2d");
}

template <class Real>
std::size_t ConvolutionEdge<Real>::filters() const {
  return geometry_.transposed ? geometry_.convolution.channels : geometry_.convolution.filters;
}

template <class Real>
std::size_t ConvolutionEdge<Real>::synapses() const {
  return std::accumulate(fans_.begin(), fans_.end(), std::size_t{0});
}

template <class Real>
std::vector<Parameter<Real>*> ConvolutionEdge<Real>::parameters() {
  if (bias_.value.empty()) return {&weight_};
  return {&weight_, &bias_};
}

template <class Real>
void ConvolutionEdge<Real>::prepare(const Plan& plan) {
  transposed_.clear();
  feedback_transposed_.clear();
  const bool rewound = plan.tape && this->from().wants_gradient;
  if (geometry_.transposed || rewound) transposed_.resize(back_.panels_size());
  if (rewound && feedback_.given()) feedback_transposed_.resize(back_.panels_size());
  ProductEdge<Real>::prepare(plan);
}

template <class Real>
void ConvolutionEdge<Real>::refresh() {
  if (!transposed_.empty()) back_.transpose(geometry_.convolution, weight_.value.data(), transposed_.data());
  if (feedback_transposed_.empty()) return;
  feedback_.refresh(weight_);
  back_.transpose(geometry_.convolution, feedback_.values(), feedback_transposed_.data());
}

template <class Real>
void ConvolutionEdge<Real>::set_feedback(Feedback kind, const std::vector<double>& matrix) {
  feedback_.set(kind, matrix, weight_);
}

template <class Real>
void ConvolutionEdge<Real>::run(const Correlation& product, const Real* panels, Rows x, OutRows y, const Real* bias,
                                dense::Store store) {
  product.template run<Real>(panels, bias, x, y, store, scratch<Real>(product.template scratch_size<Real>()));
}

template <class Real>
void ConvolutionEdge<Real>::multiply(Rows x, OutRows y, OutRows, dense::Store store) {
  const Real* bias = bias_.value.empty() ? nullptr : bias_.value.data();
  if (geometry_.transposed)
    run(back_, transposed_.data(), x, y, bias, store);
  else
    run(there_, weight_.value.data(), x, y, bias, store);
}

template <class Real>
void ConvolutionEdge<Real>::multiply_transposed(Rows, Rows g, OutRows, OutRows dx) {
  const bool by_feedback = this->trained && feedback_.given();
  if (geometry_.transposed)
    run(there_, by_feedback ? feedback_.values() : weight_.value.data(), g, dx, nullptr, dense::Store::add);
  else
    run(back_, by_feedback ? feedback_transposed_.data() : transposed_.data(), g, dx, nullptr, dense::Store::add);
}

template <class Real>
void ConvolutionEdge<Real>::sum_gradient(std::size_t tile, Rows x, Rows g, bool proceed) {
  const Convolution& c = geometry_.convolution;
  const auto memory = scratch<Real>(convolution::gradient_scratch_size<Real>(c));
  if (geometry_.transposed)
    convolution::weight_gradient<Real>(c, g, x, tile, weight_.gradient.data(), proceed, memory);
  else
    convolution::weight_gradient<Real>(c, x, g, tile, weight_.gradient.data(), proceed, memory);
}

template <class Real>
void ConvolutionEdge<Real>::sum_bias_gradient(Rows g, bool proceed) {
  if (!bias_.value.empty()) convolution::bias_gradient<Real>(filters(), pixels(), g, bias_.gradient.data(), proceed);
}

template <class Real>
void ConvolutionEdge<Real>::begin_count() {
  nonzero_ = count_fans(geometry_.convolution, geometry_.transposed, weight_.row_major());
}

template <class Real>
std::uint64_t ConvolutionEdge<Real>::count_operations(const Real* x) const {
  std::uint64_t operations = 0;
  for (std::size_t u = 0; u < nonzero_.size(); ++u)
    if (x[u] != Real(0)) operations += nonzero_[u];
  return operations;
}

template <class Real>
void ConvolutionEdge<Real>::multiply_silence(Real* y, Slice::Range units, dense::Store store) {
  const std::size_t plane = pixels();
  for (std::size_t u = units.begin; u < std::min(units.end, this->target_units()); ++u) {
    const Real product = bias_.value.empty() ? Real(0) : Real(0) + bias_.value[u / plane];
    y[u] = store == dense::Store::add ? y[u] + product : product;
  }
}

template class ConvolutionEdge<float>;
template class ConvolutionEdge<double>;

}  // namespace cajal
