#pragma once

#include <string>

#include "sim/edge.hpp"

namespace cajal {

/// Carries a variable of a node, instead of its output, to a node of one port that stands for it, within the step: so
/// that other edges read it as they read any output. What sparse edges read of a state variable was, before the first
/// step, what it is at the start. There is no way back.
template <class Real>
class Observation final : public Edge<Real> {
 public:
  /// `observed`: index of the variable in `from.observed`; `is_state`: it is a state variable, which a reset sets.
  /// Throws Error if the nodes differ in size.
  Observation(Node<Real>& from, Node<Real>& to, std::size_t observed, bool is_state);

  std::string_view kind() const override { return "observation"; }
  bool aligned() const override { return true; }
  std::size_t synapses() const override { return this->from().size(); }
  void advance(Steps arrival, const Slice& slice) override;
  /// Throws Error where the source wants a gradient.
  void rewind(Steps emission, std::int64_t stop, const Slice& slice) override;

  /// What after a reset holds the state variable's values at the start; none of other variables.
  const Signal<Real>* start() const;

 private:
  const Signal<Real>& variable() const { return this->from().observed[observed_].signal; }

  std::size_t observed_;
  bool is_state_;
};

}  // namespace cajal
