#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/process_course.hpp"
#include "learning/process.hpp"
#include "sim/clock.hpp"

namespace cajal::app {

/// A simulation of a config that is held in memory, in double precision: nothing is recorded, its weights and values
/// are read between stretches of time. What claims about rules are checked on.
class RuleBench {
 public:
  /// `config`: the text of a simulation without `run`, with `[learn]`. `lists`: edges are stored as those of networks
  /// that learn from data, else as those of simulations. Throws ConfigError.
  explicit RuleBench(const std::string& config, double dt = 0.1, std::uint64_t seed = 1, bool lists = false);
  RuleBench(const RuleBench&) = delete;
  RuleBench& operator=(const RuleBench&) = delete;
  ~RuleBench();

  /// Runs on until this time, in ms, rounded to the nearest step.
  void run(double until);
  /// Those of a sparse edge as they are now, by source and then target unit; of a dense edge [target][source].
  std::vector<double> weights(const std::string& edge);
  /// Of a sparse edge with a list: as they were last delivered, without the post spikes since.
  std::vector<double> delivered(const std::string& edge);
  /// The outputs of a node after the last step.
  std::vector<double> values(const std::string& node) const;
  /// What an entry of `[learn]` keeps for its first target, like what thresholds stand above their base.
  std::vector<double> state(const std::string& entry) const;
  /// How often each unit of a node spiked so far.
  const std::vector<double>& spikes(const std::string& node);

 private:
  std::size_t sparse(const std::string& edge) const;

  std::unique_ptr<Network<double>> network_;
  std::vector<std::unique_ptr<Process<double>>> processes_;
  std::unique_ptr<Clock<double>> clock_;
  std::unique_ptr<ProcessCourse<double>> course_;
  std::vector<std::vector<double>> counts_;  ///< by node, [unit]
  std::int64_t step_ = 0;
};

/// Spike times in ms, one list for each unit.
using SpikeTrains = std::vector<std::vector<double>>;

/// The config of units without a course of their own: pre and post units spike when they are told to, pairs of them are
/// joined one to one by `edge.XE` with this delay. A post unit spikes one step (0.1 ms) after its time in the list.
/// `weight` and `learn` as in a config: `"1 mV"`, `rule = "stdp", w_max = "3 mV"`; `nodes` and `edges`: further lines;
/// `reset`: where a post unit begins after a spike; it rests at 0 mV.
std::string paired_units(const SpikeTrains& pre, const SpikeTrains& post, const std::string& weight,
                         const std::string& learn, const std::string& delay = "0.1 ms", const std::string& nodes = "",
                         const std::string& edges = "", const std::string& reset = "0 mV");

}  // namespace cajal::app
