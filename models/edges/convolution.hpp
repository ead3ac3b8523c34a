#pragma once

#include <string>
#include <vector>

#include "models/edges/entry.hpp"
#include "models/edges/feedback.hpp"
#include "models/edges/product_edge.hpp"
#include "sim/convolution.hpp"

namespace cajal {

/// Convolution of planes, in the arithmetic of sim/convolution.hpp: the same bits for any batch, slice or range of
/// steps. Or a transposed convolution, which is the way back of a convolution, taken forwards.
///
/// Parameters: `weight`, of PyTorch's shape {filters, channels / groups, kernel_h, kernel_w} ({channels, filters /
/// groups, ...} transposed; without kernel_h in one dimension), and `bias` {filters}, which arrives at every step, also
/// while the delay keeps the source silent.
template <class Real>
class ConvolutionEdge final : public ProductEdge<Real>, public FeedbackEdge<Real> {
 public:
  struct Geometry {
    Convolution convolution;  ///< transposed: the one that this is the way back of
    bool transposed = false;
    std::vector<std::size_t> weight_shape;
  };
  /// `weight` row-major; `bias` one for each filter, or empty for none.
  ConvolutionEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
                  const Geometry& geometry, const std::vector<double>& weight, const std::vector<double>& bias);

  std::string_view kind() const override;
  std::size_t tiles() const override { return convolution::tiles(geometry_.convolution); }
  std::vector<Parameter<Real>*> parameters() override;
  void prepare(const Plan& plan) override;
  /// Weights in the order of the product that needs them otherwise.
  void refresh() override;
  std::size_t synapses() const override;
  void set_feedback(Feedback kind, const std::vector<double>& matrix) override;
  Parameter<Real>* feedback() override { return feedback_.given() ? &feedback_.matrix() : nullptr; }

 private:
  using typename ProductEdge<Real>::Rows;
  using typename ProductEdge<Real>::OutRows;
  using Correlation = convolution::Correlation;
  void multiply(Rows x, OutRows y, OutRows, dense::Store store) override;
  void multiply_transposed(Rows x, Rows g, OutRows, OutRows dx) override;
  void sum_gradient(std::size_t tile, Rows x, Rows g, bool proceed) override;
  void sum_bias_gradient(Rows g, bool proceed) override;
  void begin_count() override;
  std::uint64_t count_operations(const Real* x) const override;
  void multiply_silence(Real* y, Slice::Range units, dense::Store store) override;

  std::size_t filters() const;
  std::size_t pixels() const { return this->target_units() / filters(); }
  void run(const Correlation& product, const Real* panels, Rows x, OutRows y, const Real* bias, dense::Store store);

  Geometry geometry_;
  Correlation there_, back_;       ///< of the convolution: from its inputs, and from its outputs
  Parameter<Real> weight_, bias_;  ///< weight in panels of the convolution
  std::vector<Real> transposed_;   ///< panels for `back_`, where that is needed
  FeedbackWeights<Real> feedback_;
  std::vector<Real> feedback_transposed_;
  std::vector<std::uint32_t> fans_;     ///< [input]: how many weights it meets
  std::vector<std::uint32_t> nonzero_;  ///< [input]: of them those that are not zero
};

EdgeEntry conv1d_entry();
EdgeEntry conv2d_entry();
EdgeEntry conv_transpose1d_entry();
EdgeEntry conv_transpose2d_entry();

}  // namespace cajal
