#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "app/simulation_phases.hpp"
#include "app/steps.hpp"
#include "learning/process.hpp"

namespace cajal::app {

/// The processes of a simulation in the course of its phases: who is frozen, and when who acts.
template <class Real>
class ProcessCourse {
 public:
  using Processes = std::vector<std::unique_ptr<Process<Real>>>;

  ProcessCourse(Processes& processes, double dt) : processes_(processes), acted_(processes.size(), -1) {
    for (const auto& p : processes) every_.push_back(steps_of(p->every(), dt).value_or(0));
  }

  /// Before step `step`, the first of the phase that runs. What goes on from the phase before keeps its traces.
  void begin(const SimulationPhase& phase, std::int64_t step) {
    for (std::size_t k = 0; k < processes_.size(); ++k) {
      Process<Real>& p = *processes_[k];
      const bool frozen = !phase.learns(p.name()), thawed = p.frozen() && !frozen;
      if (p.frozen() != frozen) p.freeze(frozen);
      if (frozen) continue;
      p.begin_trial();
      if (thawed || acted_[k] < 0) act(k, step);
    }
  }

  /// The clock must not run beyond it: the next step before which something acts.
  std::int64_t next(std::int64_t step) const {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    for (std::size_t k = 0; k < processes_.size(); ++k)
      if (every_[k] > 0 && !processes_[k]->frozen()) first = std::min(first, (step / every_[k] + 1) * every_[k]);
    return first;
  }

  /// All steps before `step` have run.
  void act(std::int64_t step) {
    for (std::size_t k = 0; k < processes_.size(); ++k)
      if (every_[k] > 0 && step % every_[k] == 0 && !processes_[k]->frozen()) act(k, step);
  }

  /// The steps of a phase that have run, and the phase that follows, if any: what goes on in it acts at its own times.
  void end(Steps steps, const SimulationPhase* next) {
    for (std::size_t k = 0; k < processes_.size(); ++k) {
      Process<Real>& p = *processes_[k];
      if (p.frozen()) continue;
      const bool due = every_[k] > 0 && steps.end % every_[k] == 0;
      if (due || !next || !next->learns(p.name())) act(k, steps.end);
      p.end_batch(steps, 1);
    }
  }

 private:
  void act(std::size_t k, std::int64_t step) {
    if (every_[k] == 0 || acted_[k] == step) return;
    acted_[k] = step;
    processes_[k]->act(step);
  }

  Processes& processes_;
  std::vector<std::int64_t> every_, acted_;  ///< in steps, 0: never; the step of the last time
};

}  // namespace cajal::app
