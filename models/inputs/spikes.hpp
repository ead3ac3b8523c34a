#pragma once

#include "sim/node.hpp"
#include "sim/record/spikes.hpp"

namespace cajal {

/// Spikes at given times.
template <class Real>
class SpikesInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "spikes";
  static constexpr std::string_view meaning = "spikes at given times, from lists or from a file";
  static constexpr std::string_view equations = "s(t) = number of given times in (t - dt, t]";
  static constexpr std::string_view source = "spike_generator of NEST";

  /// In any order; ids below `size`; a time is rounded to the nearest step.
  SpikesInput(std::string name, std::size_t size, record::Spikes given);
  std::string_view kind() const override { return name; }
  bool spiking() const override { return true; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;

 private:
  struct Spike {
    std::int64_t step;
    std::size_t unit;
  };
  record::Spikes given_;
  std::vector<Spike> spikes_;  ///< in ascending order of step
};

}  // namespace cajal
