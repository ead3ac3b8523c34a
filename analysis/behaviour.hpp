#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry behaviour_entry{
    "behaviour",
    "what a network that acts upon an environment earned, chose and how long its episodes were, at the end",
    "over the last quarter of the decisions: mean reward, share of those where the best choice was taken; over the "
    "episodes that ended within it: mean number of decisions",
    "share of optimal actions: Sutton & Barto 2018, Reinforcement Learning, section 2.3", "[measure]\nbehaviour = {}"};

/// Decisions in the order of time, one element each. `best` is -1 where there is no single best choice.
struct Decisions {
  std::span<const double> reward;
  std::span<const std::int64_t> chosen, best;
  std::span<const std::uint64_t> episode;

  std::size_t size() const { return reward.size(); }
};

struct Behaviour {
  std::size_t decisions = 0;  ///< that are counted
  double mean_reward = 0;
  std::optional<double> best_choice;     ///< share; none: no decision had a best choice
  std::optional<double> episode_length;  ///< none: no episode ended in the last quarter
  std::size_t episodes = 0;              ///< that are counted
};

/// Over the last quarter of the decisions, at least one. Nothing where there are none. Throws Error where the columns
/// differ in length.
std::optional<Behaviour> behaviour(const Decisions& decisions);

/// Decisions of each episode that has ended.
std::vector<double> episode_lengths(std::span<const std::uint64_t> episode);

}  // namespace cajal::analysis
