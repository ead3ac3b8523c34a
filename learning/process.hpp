#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/clock.hpp"
#include "sim/error.hpp"

namespace cajal {

/// What changes a network in a way that outlives a trial, other than a gradient: plasticity, normalisation, adaptive
/// thresholds. One entry of `[learn]`.
///
/// The course of things: it is made (make_process) when all nodes and edges are there and before
/// `SparseEdge::make_weight`; `attach` once a clock was made; then for each trial, or batch of trials, `begin_trial`,
/// the run, `end_batch`; after all of an epoch `end_epoch`. After these two the Parameters of its edges hold the
/// weights as they are.
///
/// In a simulation a phase of the run stands for a trial, and `act` is called in its course.
///
/// Where the clock keeps a tape, all samples of a batch run with the parameters as they were at its start, and
/// `end_batch` changes them; where it keeps none, trials run one by one and parameters change in their course.
///
/// Outside of the clock's tasks only. The network, and the clock last attached to, must outlive the process.
template <class Real>
class Process {
 public:
  struct Identity {
    std::string name;                  ///< its key in `[learn]`
    std::vector<std::string> targets;  ///< addresses, `edge.XE`, each once
    Position at;                       ///< where the targets were written
  };

  explicit Process(Identity identity) : identity_(std::move(identity)) {}
  virtual ~Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return identity_.name; }
  const std::vector<std::string>& targets() const { return identity_.targets; }
  const Position& at() const { return identity_.at; }
  /// The word of the catalogue: `stdp`, `normalise`.
  virtual std::string_view rule() const = 0;
  /// Whether another process may change the same target.
  virtual bool composes() const { return false; }

  /// The smallest and the largest weight that it lets a target have, where it bounds them.
  virtual std::optional<std::pair<double, double>> weight_bounds(std::string_view target) const {
    (void)target;
    return std::nullopt;
  }

  /// Takes the stores and the plan of a clock that is about to run. Weights are those of the Parameters.
  virtual void attach(Clock<Real>& clock) = 0;
  /// While frozen it changes nothing; what it has changed stays. A process is made unfrozen.
  void freeze(bool frozen) {
    frozen_ = frozen;
    frozen_changed();
  }
  bool frozen() const { return frozen_; }

  /// Before the trials of a batch run. Throws Error if it cannot learn from what the clock was made for.
  virtual void begin_trial() {}
  /// After samples [0, samples) ran through `steps`.
  virtual void end_batch(Steps steps, std::size_t samples) { (void)steps, (void)samples; }
  /// After the last batch of an epoch, in which all samples of a phase were shown once.
  virtual void end_epoch() {}

  /// In a simulation, ms from one call of `act` to the next; 0: it is not called. A multiple of the step.
  virtual double every() const { return 0; }
  /// All steps before `step`, a multiple of `every`, have run, and none after. Called while it is not frozen, at step 0
  /// before the first. After all steps of a phase comes `end_batch`.
  virtual void act(std::int64_t step) { (void)step; }

  /// Numbers that a result holds beside the weights, so that learning can go on from it.
  struct State {
    std::string name;  ///< `node.E.threshold_excess`
    std::string unit, meaning;
    std::span<double> values;
  };
  virtual std::vector<State> state() { return {}; }

  /// Numbers that a checkpoint of a simulation holds beside `state`, which do not depend on the number of threads.
  struct Saved {
    std::string name;  ///< `edge.EE.weight`
    std::vector<double> values;
  };
  /// Whether a simulation can go on from `state` and `save` as if it had never stopped.
  virtual bool resumes() const { return false; }
  /// After all steps before `now`.
  virtual std::vector<Saved> save(std::int64_t now) { return (void)now, std::vector<Saved>{}; }
  /// What `save` gave for the same process and step; attached, and before any step. Throws Error where it does not fit.
  virtual void load(const std::vector<Saved>& saved, std::int64_t now) { (void)saved, (void)now; }

  /// Called after the state was filled from outside.
  virtual void restore() {}

 private:
  virtual void frozen_changed() {}

  Identity identity_;
  bool frozen_ = false;
};

/// Those that compose come after those that they compose with, else as they were.
template <class Real>
void put_in_order(std::vector<std::unique_ptr<Process<Real>>>& processes);

/// Adds an error for each process that changes what an earlier one changes, where neither composes or both are of one
/// rule. Null pointers, of entries with errors, are passed by.
template <class Real>
void check_targets(std::span<const std::unique_ptr<Process<Real>>> processes, std::vector<Diagnostic>& diagnostics);

}  // namespace cajal
