#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learning/gradient/gradient_options.hpp"
#include "learning/over_time.hpp"
#include "sim/config/table.hpp"

namespace cajal {

/// How one sample is presented: `trial = { show = "350 ms", rest = "150 ms", reset = "state", retry = {...} }`.
struct Trial {
  double show = 0, rest = 0;  ///< ms; without a trial a presentation is one step
  std::int64_t steps = 1;     ///< of show and rest together
  bool resets = true;         ///< the state starts anew; `reset = "none"`: it goes on from the trial before
  /// A presentation during which node `spikes` sent fewer than `fewer` spikes is repeated with `gain` of node `input`
  /// raised by `add`, at most `most` times. 0: never.
  struct Retry {
    std::int64_t fewer = 0, most = 20;
    std::string spikes, input;
    double add = 0;
  } retry;

  static Trial read(const config::Table& root, double dt);
};

/// What training may spend before it ends; 0: as much as it takes.
struct Budget {
  std::int64_t presentations = 0;  ///< samples shown, repetitions included
  double seconds = 0;              ///< of wall time: results then depend on the machine
  double operations = 0;  ///< synaptic operations of the forward passes: inputs that are not zero times weights

  bool any() const { return presentations > 0 || seconds > 0 || operations > 0; }
};

/// `predict = { of = "out", kind = "max_mean" }`
struct Predict {
  enum class Kind { max_mean, max_sum, max_last, assigned_rate, value };
  std::string of;
  Kind kind = Kind::max_mean;
  OverTime over_time() const;
};

/// A stretch of a run: which samples are shown and what may learn from them.
struct Phase {
  std::string name;
  enum class Part { train, validation, test } part = Part::train;
  std::int64_t samples = 0;  ///< at most so many; 0: all
  std::int64_t epochs = 1;
  bool all_learn = true;
  std::vector<std::string> learn;  ///< the processes that run, where not all do
  bool fit_predict = false;        ///< labels of this phase's samples say what the units stand for

  bool learns(const std::string& process) const;
  bool frozen() const { return !all_learn && learn.empty(); }
};

/// `[[phase]]`, or by default train, (assign,) validate, test.
std::vector<Phase> read_phases(const config::Table& root, const std::vector<std::string>& processes,
                               const Predict& predict, std::int64_t epochs, bool has_validation);
/// `gradient`: the one whose answer it is by default; none: null.
Predict read_predict(const config::Table& root, const GradientOptions* gradient, bool classification);

}  // namespace cajal
