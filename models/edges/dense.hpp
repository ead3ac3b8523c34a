#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/edges/entry.hpp"
#include "models/edges/feedback.hpp"
#include "sim/dense.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// Every unit of the source to every unit of the target:
/// arrivals(t)[o] += (sum over ascending k of output(t - delay)[k] * weight[o][k]) + bias[o],
/// in the arithmetic of sim/dense.hpp: the same bits for any batch, slice or range of steps, and for events.
///
/// Parameters: `weight` {target, source}, in panels, and `bias` {target}. The bias arrives at every step, also while
/// the delay keeps the source silent. The product of a held source is computed once a trial and counts as done once.
/// The gradients sum over ascending (step, sample); where a held source meets a port that is not held, the gradients
/// that arrived are summed over the steps first.
template <class Real>
class DenseEdge final : public Edge<Real>, public FeedbackEdge<Real> {
 public:
  /// `weight` in row-major order [target][source]; `bias` [target], or empty for none. Throws Error if there are more
  /// than `most_dense_weights`.
  DenseEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
            const std::vector<double>& weight, const std::vector<double>& bias);

  std::string_view kind() const override { return "dense"; }
  void prepare(const Plan& plan) override;
  void advance(Steps arrival, const Slice& slice) override;
  void rewind(Steps emission, std::int64_t stop, const Slice& slice) override;
  std::size_t tiles() const override { return input_tiles() * output_tiles(); }
  void accumulate(std::size_t tile, Steps steps, std::size_t samples) override;
  std::vector<Parameter<Real>*> parameters() override;
  /// Transposes the weights for `rewind`.
  void refresh() override;
  std::size_t synapses() const override { return inputs() * outputs(); }
  std::uint64_t operations() const override;
  void reset_operations() override;

  Parameter<Real>& weight() { return weight_; }
  void set_feedback(Feedback kind, const std::vector<double>& matrix) override;
  Parameter<Real>* feedback() override { return feedback_.given() ? &feedback_.matrix() : nullptr; }

 private:
  /// Weights, inputs by outputs, whose gradient is one task.
  static constexpr std::size_t tile_width = 128;

  std::size_t inputs() const { return this->from().size(); }
  std::size_t outputs() const { return this->target_units(); }
  std::size_t input_tiles() const { return (inputs() + tile_width - 1) / tile_width; }
  std::size_t output_tiles() const { return (outputs() + tile_width - 1) / tile_width; }
  Port<Real>& target() const { return this->to().ports[this->port()]; }
  dense::Weights<Real> weights() const;
  dense::Inputs source_kind() const { return this->from().spiking() ? dense::Inputs::sparse : dense::Inputs::dense; }
  void count(std::int64_t emission, const Slice& slice);
  void advance_held(Steps arrival, const Slice& slice);
  void multiply_held(Signal<Real>& result, dense::Store store, const Slice& slice);
  void advance_silent(std::int64_t step, const Slice& slice);
  void accumulate_held(Slice::Range rows, Slice::Range columns, Steps steps, std::size_t samples);
  void accumulate_bias(Slice::Range columns, Steps steps, std::size_t samples);
  void clear_padding(Slice::Range rows, Slice::Range columns);

  Parameter<Real> weight_, bias_;
  std::vector<Real> transposed_;  ///< panels of the transpose, where `rewind` is called
  FeedbackWeights<Real> feedback_;
  std::vector<Real> feedback_transposed_;  ///< what stands in for `transposed_` while the edge is trained
  Signal<Real> held_product_;              ///< of a held source, for a port that is not
  std::vector<std::uint64_t> operations_;  ///< [sample]
  std::vector<std::uint32_t> fans_;        ///< [input]: weights that are not zero
};

/// A word of the catalogue: `kind = "dense"`.
EdgeEntry dense_entry();

}  // namespace cajal
