#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/edges/entry.hpp"
#include "sim/edge.hpp"

namespace cajal {

/// Which units an edge joins one by one: `units` of the source from `source_offset` on to those of the target from
/// `into` on. `reversed`: the steps of a trial in reverse order, so that the last output arrives first.
struct Joined {
  std::size_t source_offset = 0, into = 0, units = 0;
  bool reversed = false;
};

/// Reads `into` where it is given: all units of the source then end at a part of the target; else the sizes must agree.
/// What is wrong goes to the table's diagnostics.
Joined read_joined(const EdgeRequest& request, const std::string& from, std::size_t sources, const std::string& to,
                   std::size_t targets);

/// Unit by unit, with a weight and perhaps a bias of each group of units that follow one another:
/// arrivals(t)[into + u] += weight[g(u)] * output(t - delay)[source_offset + u] + bias[g(u)], each operation rounded,
/// with g(u) = u / (units / groups): one weight for all, one for each channel, or one for each unit. Reversed, what
/// arrives at step t of a trial of T steps is the output of step T - 1 - t.
///
/// Parameters: `weight` {groups} and `bias` {groups}. The bias arrives at every step, also while the delay keeps the
/// source silent. Gradients are, per unit, the fma over ascending (step, sample); a group's is the sum of those over
/// ascending units.
template <class Real>
class OneToOneEdge final : public Edge<Real> {
 public:
  /// `bias` may be empty: none. `kind` is the word of the catalogue. Throws Error if either node has too few units or
  /// the groups do not divide the units.
  OneToOneEdge(std::string name, Node<Real>& from, Node<Real>& to, std::size_t port, std::int64_t delay, Joined joined,
               const std::vector<double>& weight, const std::vector<double>& bias = {},
               std::string_view kind = "one_to_one");

  std::string_view kind() const override { return kind_; }
  void prepare(const Plan& plan) override;
  void advance(Steps arrival, const Slice& slice) override;
  void rewind(Steps emission, std::int64_t stop, const Slice& slice) override;
  /// Of whole groups.
  std::size_t tiles() const override { return (groups() + groups_of_tile() - 1) / groups_of_tile(); }
  void accumulate(std::size_t tile, Steps steps, std::size_t samples) override;
  std::vector<Parameter<Real>*> parameters() override;
  bool aligned() const override {
    return joined_.source_offset == 0 && joined_.into == 0 && this->from().size() == this->target_units() &&
           joined_.units == this->target_units();
  }
  bool whole_trial() const override { return joined_.reversed; }
  std::size_t synapses() const override { return joined_.units; }
  void refresh() override;
  /// Copies with a weight of one, of all units or each, are wires.
  bool synaptic() const override;
  std::uint64_t operations() const override;
  void reset_operations() override;

 private:
  std::size_t groups() const { return weight_.value.size(); }
  std::size_t group_size() const { return joined_.units / groups(); }
  std::size_t groups_of_tile() const { return std::max<std::size_t>(1, 1024 / group_size()); }
  bool biased() const { return !bias_.value.empty(); }
  Port<Real>& target() const { return this->to().ports[this->port()]; }
  /// The units of a row of arrivals that belong to a slice and to this edge, counted from the first it joins.
  Slice::Range joined(const Slice& slice) const;
  /// y = value(u), or y + value(u), for the units of a slice; where it is set, what others bring begins at zero.
  template <class Value>
  void put(std::int64_t step, std::size_t sample, const Slice& slice, Value value) const;
  void weigh(std::int64_t emission, std::int64_t step, std::size_t sample, const Slice& slice) const;
  void advance_silent(std::int64_t step, const Slice& slice) const;
  const Real* source(std::int64_t step, std::size_t sample) const {
    return this->from().output.at(step, sample) + joined_.source_offset;
  }
  void count(std::int64_t emission, const Slice& slice);
  /// The step whose output arrives at a step; before 0: none.
  std::int64_t emitted(std::int64_t arrival) const {
    return joined_.reversed ? mirrored(arrival) : arrival - this->delay();
  }
  /// The step at which an output arrives.
  std::int64_t arriving(std::int64_t emission) const {
    return joined_.reversed ? mirrored(emission) : emission + this->delay();
  }
  std::int64_t mirrored(std::int64_t step) const { return 2 * this->from().trial_begin + trial_ - 1 - step; }

  Joined joined_;
  std::int64_t trial_ = 1;  ///< steps of a trial, where it is reversed
  std::string_view kind_;
  Parameter<Real> weight_, bias_;
  std::vector<Real> weights_, biases_;     ///< once for each unit
  std::vector<std::uint64_t> operations_;  ///< [sample]
};

/// A word of the catalogue: `kind = "one_to_one"`.
EdgeEntry one_to_one_entry();

}  // namespace cajal
