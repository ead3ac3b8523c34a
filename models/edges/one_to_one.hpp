#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/edges/entry.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// Unit u + source_offset of the source to unit u of the target:
/// arrivals(t)[u] += weight[u] * output(t - delay)[u + source_offset], product and sum each rounded.
///
/// Parameter: `weight` {target}, or {1} where all units share it. The gradient is, per unit, the fma over ascending
/// (step, sample); a shared weight's is the sum of those over ascending units.
template <class Real>
class OneToOneEdge final : public Edge<Real> {
 public:
  /// `weight`: one value for each target, or one for all. Throws Error if the source has too few units.
  OneToOneEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay,
               std::size_t source_offset, const std::vector<double>& weight);

  std::string_view kind() const override { return "one_to_one"; }
  void prepare(const Plan& plan) override;
  void advance(Steps arrival, const Slice& slice) override;
  void rewind(Steps emission, std::int64_t stop, const Slice& slice) override;
  std::size_t tiles() const override { return 1; }
  void accumulate(std::size_t tile, Steps steps, std::size_t samples) override;
  std::vector<Parameter<Real>*> parameters() override { return {&weight_}; }
  bool aligned() const override { return source_offset_ == 0 && this->from().size() == this->target_units(); }
  std::size_t synapses() const override { return this->target_units(); }
  void refresh() override;
  std::uint64_t operations() const override;
  void reset_operations() override;

 private:
  bool shared() const { return weight_.shape[0] != this->target_units(); }
  Port<Real>& target() const { return this->to().ports[this->port()]; }
  /// The weights of all units, side by side.
  const Real* weights() const { return shared() ? repeated_.data() : weight_.value.data(); }
  /// y = weight * x, or y + weight * x, for the target units of a slice; x starts at the source of unit 0.
  void weigh(const Real* x, Signal<Real>& y, std::int64_t step, std::size_t sample, const Slice& slice, bool add) const;
  void advance_held(std::int64_t step, const Slice& slice);
  const Real* source(std::int64_t step, std::size_t sample) const {
    return this->from().output.at(step, sample) + source_offset_;
  }
  void count(std::int64_t emission, const Slice& slice);

  std::size_t source_offset_;
  Parameter<Real> weight_;
  std::vector<Real> repeated_;             ///< a shared weight, once for each unit
  Signal<Real> held_product_;              ///< of a held source, for a port that is not
  std::vector<std::uint64_t> operations_;  ///< [sample]
};

/// A word of the catalogue: `kind = "one_to_one"`.
EdgeEntry one_to_one_entry();

}  // namespace cajal
