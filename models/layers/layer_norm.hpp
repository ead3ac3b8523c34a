#pragma once

#include "models/catalogue.hpp"
#include "models/layers/row_layer.hpp"

namespace cajal {

/// y_u = (x_u - mean) / sqrt(variance + eps), with the mean and the biased variance of the node's units, for each
/// sample and step by itself. The learnable part is an edge, `scale`. Source: Ba, Kiros & Hinton 2016,
/// arXiv:1607.06450, eq. 3.
template <class Real>
class LayerNorm final : public RowLayer<Real> {
 public:
  LayerNorm(std::string name, std::size_t size, double eps);
  std::string_view kind() const override { return "layer_norm"; }

 private:
  struct Moments {
    double mean, per_deviation;
  };
  Moments moments(const Real* x) const;
  void forward(const Real* x, Real* y) const override;
  void backward(const Real* x, const Real* y, const Real* y_gradient, Real* x_gradient) const override;

  double eps_;
};

NodeEntry layer_norm_entry();

}  // namespace cajal
