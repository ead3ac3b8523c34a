#pragma once

#include <variant>

#include "models/inputs/poisson_counts.hpp"
#include "models/inputs/waveform.hpp"
#include "sim/node.hpp"
#include "sim/steerable.hpp"

namespace cajal {

/// Independent Poisson spike trains, one per unit: a step's output is the number of spikes in it, exact in
/// distribution.
template <class Real>
class PoissonInput final : public Node<Real>, public Steerable {
 public:
  static constexpr std::string_view name = "poisson";
  static constexpr std::string_view meaning =
      "independent Poisson spike trains; `private` edges give each target its own";
  static constexpr std::string_view equations =
      "P(n spikes in dt) = m^n exp(-m) / n!,  m = max(0, rate(t)) dt with t at the middle of the step";
  static constexpr std::string_view source =
      "poisson_generator, inhomogeneous_poisson_generator and sinusoidal_poisson_generator of NEST";

  /// Hz: one course for all units, or a constant for each.
  using Rate = std::variant<Waveform, std::vector<double>>;
  /// Spikes in a step that are supported.
  static constexpr double largest_mean = 500;

  /// start and stop in ms.
  PoissonInput(std::string name, std::size_t size, Rate rate, double start, double stop);
  std::string_view kind() const override { return name; }
  bool spiking() const override { return true; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;

  std::string_view steered_unit() const override { return "Hz"; }
  std::string unsteerable() const override;
  double most_steered(double dt) const override;
  /// A rate below 0 counts as 0.
  void steer(std::span<const double> values) override;

 private:
  double mean(const Waveform& rate, std::int64_t step) const;

  Rate rate_;
  double start_, stop_, dt_ = 1;
  std::int64_t first_ = 0, last_ = 0;
  std::vector<double> steered_;        ///< Hz, what units were told last; empty: nothing yet
  std::vector<PoissonCounts> counts_;  ///< by value of the rate; of rates by unit one; none: made for each step
  Stream stream_{0, ""};
};

}  // namespace cajal
