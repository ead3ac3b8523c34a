#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/edges/entry.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// The row of a table that the source's only unit names: arrivals(t)[u] += weight[output(t - delay)][u].
///
/// Parameter: `weight` {tokens, units}. Its gradient sums, for each token, what arrived where that token stood, over
/// ascending (step, sample); rows of tokens that were not shown have the gradient 0. While the delay keeps the source
/// silent nothing arrives. No gradient goes back to the source: its output is a name. Source: Bengio et al. 2003,
/// JMLR 3:1137.
template <class Real>
class EmbeddingEdge final : public Edge<Real> {
 public:
  /// `weight` in row-major order [token][unit]. Throws Error if the source has not one unit or the sizes do not agree.
  EmbeddingEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
                std::size_t tokens, const std::vector<double>& weight);
  std::string_view kind() const override { return "embedding"; }
  void prepare(const Plan& plan) override;
  /// Throws Error for a number that is no token.
  void advance(Steps arrival, const Slice& slice) override;
  void rewind(Steps, std::int64_t, const Slice&) override {}
  std::size_t tiles() const override { return (units() + tile_width - 1) / tile_width; }
  void accumulate(std::size_t tile, Steps steps, std::size_t samples) override;
  std::vector<Parameter<Real>*> parameters() override { return {&weight_}; }
  std::size_t synapses() const override { return tokens_ * units(); }
  bool synaptic() const override { return false; }
  std::uint64_t operations() const override;
  void reset_operations() override;

 private:
  /// Units whose gradient is one task.
  static constexpr std::size_t tile_width = 64;

  std::size_t units() const { return this->target_units(); }
  Port<Real>& target() const { return this->to().ports[this->port()]; }
  std::size_t token(std::int64_t emission, std::size_t sample) const;

  std::size_t tokens_;
  Parameter<Real> weight_;
  std::vector<std::uint64_t> operations_;  ///< [sample]
};

/// A word of the catalogue: `kind = "embedding"`.
EdgeEntry embedding_entry();

}  // namespace cajal
