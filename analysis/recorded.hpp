#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/measured.hpp"
#include "analysis/spikes.hpp"
#include "sim/config/table.hpp"

namespace cajal::analysis {

/// What a node did while the first samples of a run's test phase were shown.
struct RecordedNode {
  enum class Role { input, hidden, output };  ///< output: what the answer is read from
  std::string name;
  Role role = Role::hidden;
  bool spiking = false;
  std::size_t units = 0;
  std::vector<std::size_t> shape;
  std::vector<float> mean;  ///< [sample][unit]: output per step, averaged over the trial
  /// Each spike of the first `RecordedRun::spike_samples` samples: its sample, step and unit, in the order of time.
  std::vector<std::uint32_t> spike_sample, spike_step, spike_unit;
};

/// Weights of one edge as they were at the end.
struct RecordedEdge {
  std::string name, unit;
  std::vector<double> weights;  ///< without biases; one alone where all synapses of a sparse edge have the same
  double synapses = 0;          ///< that have these weights
  double possible = 0;          ///< of a sparse edge the pairs of source and target unit, else as `synapses`
};

/// One run of a learner.
struct RecordedRun {
  std::string learner;
  std::uint64_t seed = 0;
  std::string path;                   ///< in the result, with a slash at its end
  double dt = 1;                      ///< ms
  std::size_t steps = 1;              ///< of a trial
  std::size_t samples = 0;            ///< whose activity was kept
  std::size_t spike_samples = 0;      ///< of them, with every spike
  std::vector<std::uint32_t> sample;  ///< [sample], its index in the data set
  std::vector<std::int32_t> label;    ///< [sample]; empty: there are no classes
  std::string represents;             ///< the node that stands for what the learner makes of its input
  std::vector<RecordedNode> nodes;    ///< in the order of the network
  std::vector<RecordedEdge> edges;

  const RecordedNode* node(std::string_view name) const;
  /// The node that stands for what the learner makes of its input: the one that the answer is read from through
  /// weights, or the one that answers where there is none such. Null where no activity was kept.
  const RecordedNode* representation() const;
  /// Where an array of this run stands in the result: `runs/mlp/1/rsa/hid` of `rsa/hid`.
  std::string place(const std::string& below) const { return path.substr(path.starts_with('/') ? 1 : 0) + below; }
};

/// Spikes of a population of a simulation.
struct RecordedPopulation {
  std::string name;
  Spikes spikes;                     ///< looks at what `kept`, or whoever made this, holds
  std::shared_ptr<const void> kept;  ///< null: held elsewhere
};

/// What a result holds, as far as measures read it.
struct Recorded {
  bool simulation = false;
  std::vector<RecordedRun> runs;  ///< of a simulation one, with its edges alone, or none
  std::vector<RecordedPopulation> populations;
  double start = 0, stop = 0;  ///< of a simulation, ms
  std::uint64_t seed = 1;      ///< of the result: what is drawn depends on it
};

/// What is known of a result before there is one, as far as the keys of measures depend on it.
struct RecordedOutline {
  struct Learner {
    std::string name;
    std::vector<std::string> nodes;
  };
  bool simulation = false;
  std::vector<Learner> learners;  ///< none of a simulation
  double duration = 0;            ///< of a simulation, ms; 0: not known
};

RecordedOutline outline_of(const Recorded& recorded);

/// A measure that is taken from what a result holds: the same at the end of a run and by `cajal analyze`.
struct RecordedMeasure {
  using Take = std::function<Findings(const Recorded&)>;
  enum class Taken {
    never,       ///< it says nothing of these
    if_asked,    ///< where its name stands in [measure]
    by_default,  ///< also where there is no [measure]
  };

  const MeasureEntry& entry;
  Taken of_learners, of_simulations;
  bool needs_weights;                         ///< else `RecordedRun::edges` are empty
  std::span<const std::string_view> numbers;  ///< what its rows are called
  /// Reads the measure's table; what is wrong goes to its diagnostics.
  Take (*make)(const config::Table&, const RecordedOutline&);

  Taken taken(const RecordedOutline& outline) const { return outline.simulation ? of_simulations : of_learners; }
};

/// All of them.
std::span<const RecordedMeasure> recorded_measures();

}  // namespace cajal::analysis
