#pragma once

#include "sim/node.hpp"
#include "sim/random.hpp"

namespace cajal {

/// Independent Poisson spike trains, one per unit: a step's output is the number of spikes in it, exact in
/// distribution.
template <class Real>
class PoissonInput final : public Node<Real> {
 public:
  static constexpr std::string_view name = "poisson";
  static constexpr std::string_view meaning =
      "independent Poisson spike trains; `private` edges give each target its own";
  static constexpr std::string_view equations = "P(n spikes in dt) = (rate dt)^n exp(-rate dt) / n!";
  static constexpr std::string_view source = "poisson_generator of NEST";

  /// rate in Hz; start and stop in ms.
  PoissonInput(std::string name, std::size_t size, double rate, double start, double stop);
  std::string_view kind() const override { return name; }
  bool spiking() const override { return true; }
  void prepare(const Plan& plan) override;
  void advance(Steps steps, const Slice& slice) override;

 private:
  double rate_, start_, stop_;
  std::int64_t first_ = 0, last_ = 0;
  std::vector<double> cumulative_;  ///< P(count <= n)
  Stream stream_{0, ""};
};

}  // namespace cajal
