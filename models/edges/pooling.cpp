#include "models/edges/pooling.hpp"

#include <algorithm>
#include <numeric>

#include "models/edges/planes.hpp"

namespace cajal {

namespace {

std::vector<std::uint32_t> fans_of(const Pooling& p, bool upsampling) {
  const Convolution by_plane{.channels = p.channels,
                             .height = p.height,
                             .width = p.width,
                             .filters = p.channels,
                             .kernel_h = p.kernel_h,
                             .kernel_w = p.kernel_w,
                             .stride_h = p.stride_h,
                             .stride_w = p.stride_w,
                             .padding_h = p.padding_h,
                             .padding_w = p.padding_w,
                             .groups = p.channels};
  return count_fans(by_plane, upsampling);
}

}  // namespace

template <class Real>
PoolingEdge<Real>::PoolingEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
                               std::string kind, Operation operation, const Pooling& geometry)
    : ProductEdge<Real>(std::move(name), from, to, port, delay),
      kind_(std::move(kind)),
      operation_(operation),
      geometry_(geometry),
      fans_(fans_of(geometry, operation == Operation::upsampling)) {}

template <class Real>
std::size_t PoolingEdge<Real>::synapses() const {
  return std::accumulate(fans_.begin(), fans_.end(), std::size_t{0});
}

template <class Real>
std::size_t PoolingEdge<Real>::kept_units() const {
  return operation_ == Operation::maximum ? geometry_.outputs() : 0;
}

template <class Real>
void PoolingEdge<Real>::multiply(Rows x, OutRows y, OutRows taps, dense::Store store) {
  if (operation_ == Operation::average) return pooling::average<Real>(geometry_, x, y, store);
  if (operation_ == Operation::upsampling) return pooling::average_gradient<Real>(geometry_, x, y, store);
  if (store == dense::Store::set) return pooling::maximum<Real>(geometry_, x, y, taps);
  std::vector<Real> row(geometry_.outputs());
  Real* const data = row.data();
  for (std::size_t r = 0; r < x.size(); ++r) {
    pooling::maximum<Real>(geometry_, x.subspan(r, 1), OutRows(&data, 1), taps.subspan(r, 1));
    for (std::size_t o = 0; o < row.size(); ++o) y[r][o] += row[o];
  }
}

template <class Real>
void PoolingEdge<Real>::multiply_transposed(Rows, Rows g, OutRows taps, OutRows dx) {
  switch (operation_) {
    case Operation::average:
      return pooling::average_gradient<Real>(geometry_, g, dx, dense::Store::add);
    case Operation::upsampling:
      return pooling::average<Real>(geometry_, g, dx, dense::Store::add);
    case Operation::maximum:
      break;
  }
  std::array<const Real*, 1> tap;
  for (std::size_t r = 0; r < g.size(); ++r) {
    tap[0] = taps[r];
    pooling::maximum_gradient<Real>(geometry_, g.subspan(r, 1), tap, dx.subspan(r, 1), dense::Store::add);
  }
}

template <class Real>
std::uint64_t PoolingEdge<Real>::count_operations(const Real* x) const {
  std::uint64_t operations = 0;
  for (std::size_t u = 0; u < fans_.size(); ++u)
    if (x[u] != Real(0)) operations += fans_[u];
  return operations;
}

template <class Real>
void PoolingEdge<Real>::multiply_silence(Real* y, Slice::Range units, dense::Store store) {
  if (store == dense::Store::set) std::fill(y + units.begin, y + units.end, Real(0));
}

template class PoolingEdge<float>;
template class PoolingEdge<double>;

}  // namespace cajal
