#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learning/process.hpp"
#include "sim/clock.hpp"

namespace cajal::app {

/// A simulation of a config that is held in memory, in double precision: nothing is recorded, its weights and values
/// are read between stretches of time. What claims about rules are checked on.
class RuleBench {
 public:
  /// `config`: the text of a simulation without `run`, with `[learn]`. Throws ConfigError.
  explicit RuleBench(const std::string& config, double dt = 0.1, std::uint64_t seed = 1);
  RuleBench(RuleBench&&) noexcept;
  ~RuleBench();

  /// Runs on until this time, in ms, rounded to the nearest step.
  void run(double until);
  /// Those of a sparse edge as they are now, in the order of its generation; of a dense edge [target][source].
  std::vector<double> weights(const std::string& edge) const;
  /// The outputs of a node after the last step.
  std::vector<double> values(const std::string& node) const;
  /// What an entry of `[learn]` keeps for its first target, like what thresholds stand above their base.
  std::vector<double> state(const std::string& entry) const;
  /// How often each unit of a node spiked so far.
  const std::vector<double>& spikes(const std::string& node);

 private:
  std::unique_ptr<Network<double>> network_;
  std::vector<std::unique_ptr<Process<double>>> processes_;
  std::unique_ptr<Clock<double>> clock_;
  std::vector<std::vector<double>> counts_;  ///< by node, [unit]
  std::int64_t step_ = 0;
};

/// Spike times in ms, one list for each unit.
using SpikeTrains = std::vector<std::vector<double>>;

/// The config of units without a course of their own: pre and post units spike when they are told to, pairs of them are
/// joined one to one by `edge.XE`. A pre spike arrives, and a post unit spikes, one step (0.1 ms) after its time in the
/// lists. `weight` and `learn` as in a config: `"1 mV"`, `rule = "stdp", w_max = "3 mV"`.
std::string paired_units(const SpikeTrains& pre, const SpikeTrains& post, const std::string& weight,
                         const std::string& learn);

}  // namespace cajal::app
