#pragma once

#include <vector>

#include "learning/environments/environment.hpp"

namespace cajal {

/// A bandit with arms that pay 1 or nothing. Every step is a pull, and an episode. It shows one number that is always
/// 1: whoever wants a cue has it.
class Bandit final : public Environment {
 public:
  /// The probability with which each arm pays, in [0, 1].
  explicit Bandit(std::vector<double> probabilities);

  std::size_t populations() const override { return probabilities_.size(); }
  std::vector<ObservedQuantity> observed() const override { return {{"cue", "", 0, 1, {}}}; }
  std::span<const double> observation() const override { return {&cue_, 1}; }
  Outcome step(const Action& action, Draws& draws) override;

 private:
  std::int64_t best_;
  std::vector<double> probabilities_;
  double cue_ = 1;
};

}  // namespace cajal
