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
      if (const bool frozen = !phase.learns(p.name()); p.frozen() != frozen) p.freeze(frozen);
      if (p.frozen()) continue;
      p.begin_trial();
      if (every_[k] > 0 && step % every_[k] == 0) act(k, step);
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

  /// The steps of a phase that have run.
  void end(Steps steps) {
    for (const auto& p : processes_)
      if (!p->frozen()) p->end_batch(steps, 1);
  }

 private:
  void act(std::size_t k, std::int64_t step) {
    if (acted_[k] == step) return;
    acted_[k] = step;
    processes_[k]->act(step);
  }

  Processes& processes_;
  std::vector<std::int64_t> every_, acted_;  ///< in steps, 0: never; the step of the last time
};

}  // namespace cajal::app
