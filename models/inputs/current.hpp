#pragma once

#include "sim/node.hpp"

namespace cajal {

/// A current that is switched on and off: what a step pulse or a constant injection is made of.
template <class Real>
class CurrentInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "current";
  static constexpr std::string_view meaning = "a current of fixed amplitude between start and stop";
  static constexpr std::string_view equations = "I(t) = amplitude for start < t <= stop, else 0";
  static constexpr std::string_view source = "dc_generator of NEST";

  /// amplitude in `unit`: `pA`, or none for targets without units; start and stop in ms.
  CurrentInput(std::string name, std::size_t size, double amplitude, double start, double stop,
               std::string_view unit = "pA");
  std::string_view kind() const override { return name; }
  std::string_view output_unit() const override { return unit_; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;

 private:
  double amplitude_, start_, stop_;
  std::string unit_;
  std::int64_t first_ = 0, last_ = 0;
};

}  // namespace cajal
