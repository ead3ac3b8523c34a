#pragma once

#include <variant>

#include "models/inputs/waveform.hpp"
#include "sim/node.hpp"
#include "sim/steerable.hpp"

namespace cajal {

/// A current that is switched on and off, jumps, or swings: what pulses and alternating currents are made of.
template <class Real>
class CurrentInput final : public Node<Real>, public Steerable {
 public:
  static constexpr std::string_view name = "current";
  static constexpr std::string_view meaning = "a current between start and stop: constant, in jumps, or a sine";
  static constexpr std::string_view equations =
      "I(t) = amplitude for start < t <= stop, else 0\n"
      "sine:  I(t) = mean + amplitude sin(2 pi frequency t + phase), with t at the middle of the step";
  static constexpr std::string_view source = "dc_generator, step_current_generator and ac_generator of NEST";

  /// One course for all units, or a constant for each.
  using Amplitude = std::variant<Waveform, std::vector<double>>;

  /// amplitude in `unit`: `pA`, or none for targets without units; start and stop in ms.
  CurrentInput(std::string name, std::size_t size, Amplitude amplitude, double start, double stop,
               std::string_view unit = "pA");
  std::string_view kind() const override { return name; }
  std::string_view output_unit() const override { return unit_; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;

  std::string_view steered_unit() const override { return unit_; }
  std::string unsteerable() const override { return {}; }
  double most_steered(double dt) const override;
  void steer(std::span<const double> values) override;

 private:
  Amplitude amplitude_;
  double start_, stop_;
  std::string unit_;
  std::vector<double> steered_;  ///< what units were told last; empty: nothing yet
  std::int64_t first_ = 0, last_ = 0;
};

}  // namespace cajal
