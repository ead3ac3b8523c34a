#pragma once

#include "learning/environments/environment.hpp"

namespace cajal {

/// A stimulus at regular times; a reward if of two groups the right one answers more. Every stimulus is an episode.
class Instrumental final : public Environment {
 public:
  /// Times in steps of the environment.
  struct Options {
    std::int64_t period = 10000;    ///< from one stimulus to the next, and from the start to the first
    std::int64_t stimulus = 1;      ///< how long it is shown
    std::int64_t response = 20;     ///< how long after its onset activity counts
    std::int64_t switch_after = 0;  ///< stimuli until the other group is the right one, and again; 0: never
  };
  explicit Instrumental(const Options& options) : options_(options) {}

  std::size_t populations() const override { return 2; }
  bool needs_a_winner() const override { return true; }
  /// 1 while the stimulus is shown, else 0.
  std::vector<ObservedQuantity> observed() const override { return {{"stimulus", "", 0, 1, {}}}; }
  std::span<const double> observation() const override { return {&shown_, 1}; }
  Outcome step(const Action& action, Draws& draws) override;

 private:
  std::int64_t right() const { return options_.switch_after > 0 ? trials_ / options_.switch_after % 2 : 0; }

  Options options_;
  std::int64_t steps_ = 0, trials_ = 0;
  double first_ = 0, second_ = 0;  ///< activity of the groups since the onset
  double shown_ = 0;
};

}  // namespace cajal
