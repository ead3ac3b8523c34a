#pragma once

#include "models/catalogue.hpp"
#include "models/layers/row_layer.hpp"

namespace cajal {

/// y_u = exp(x_u / T) / sum over v of exp(x_v / T), over the units of the node: shares of attention, policies,
/// temperatures. Source: Bridle 1990, in Neurocomputing (NATO ASI F68), p. 227.
template <class Real>
class Softmax final : public RowLayer<Real> {
 public:
  Softmax(std::string name, std::size_t size, double temperature);
  std::string_view kind() const override { return "softmax"; }

 private:
  void forward(const Real* x, Real* y) const override;
  void backward(const Real* x, const Real* y, const Real* y_gradient, Real* x_gradient) const override;

  Real per_temperature_;
};

NodeEntry softmax_entry();

}  // namespace cajal
