#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/random.hpp"

namespace cajal {

/// One number of an observation.
struct ObservedQuantity {
  std::string name, unit;
  double low = 0, high = 1;        ///< where it is coded; values beyond count as these
  std::vector<double> edges = {};  ///< that part its range into boxes, ascending; empty: it has none
};

/// What a network did since the environment's last step.
struct Action {
  std::span<const double> activity;  ///< of each population: spikes per unit, or the mean value of its units
  std::int64_t chosen = -1;          ///< the population with the greatest activity; -1: none
  double push = 0;                   ///< where the difference of two populations is read: -1 to 1
};

/// What became of it.
struct Outcome {
  bool decided = false;      ///< an action was taken: the fields below say what it brought
  std::int64_t chosen = -1;  ///< -1: none
  std::int64_t best = -1;    ///< what would have brought most on average, for the record alone; -1: no single one
  double reward = 0;
  bool ends_episode = false;  ///< the next observation is the first of a new episode
  bool terminal = false;      ///< nothing can be expected of the state that was reached
};

/// A task that a network acts upon, in steps of one `interval`. Knows no network: it is told actions and gives
/// observations and rewards.
class Environment {
 public:
  virtual ~Environment() = default;
  /// How many populations its actions are read from.
  virtual std::size_t populations() const = 0;
  /// Whether a tie of the most active populations is no action; else one of them is drawn.
  virtual bool needs_a_winner() const { return false; }
  /// Whether the action may be a push instead of a choice.
  virtual bool takes_push() const { return false; }
  virtual std::vector<ObservedQuantity> observed() const = 0;
  /// One number for each of `observed`, for the coming step.
  virtual std::span<const double> observation() const = 0;
  /// The action of a step; `draws` belong to this step alone.
  virtual Outcome step(const Action& action, Draws& draws) = 0;
};

/// What an environment is read from.
struct EnvironmentRequest {
  const config::Table& table;
  double interval = 1;  ///< ms
  /// A time of the table as a whole number of intervals, at least `least`; else an error at the key, and `least`.
  std::int64_t intervals(std::string_view key, double fallback, std::int64_t least) const;
};

/// A kind of environment: one file and one word in the catalogue.
struct EnvironmentKind {
  std::string_view name, meaning, equations, keys, source;
  std::string_view snippet;  ///< of a config
  /// Reads its keys; what is wrong goes to the table's diagnostics.
  std::unique_ptr<Environment> (*read)(const EnvironmentRequest& request) = nullptr;
};

}  // namespace cajal
