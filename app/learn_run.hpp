#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "app/comparison.hpp"
#include "app/experiment.hpp"
#include "app/fit_measures.hpp"
#include "app/interpretation.hpp"
#include "app/measures.hpp"

namespace cajal::app {

/// One learner as a config describes it: built anew for each of its runs.
struct LearnerPlan {
  std::string name;
  config::Table tree;
  Run run;
  std::vector<NodeEntry> nodes;  ///< the kinds that its nodes may have
  double memory = 0;             ///< bytes that one of it takes
  std::size_t parameters = 0;
  Usage usage = {};
};

/// All that a training or a comparison runs.
struct LearnPlan {
  std::shared_ptr<const Data> data;
  Compare compare;
  LearnerMeasures measures;
  FitMeasures fits;
  Interpretation interpretation;
  std::vector<LearnerPlan> learners;
  bool comparison =
      false;  ///< its results stand in `/runs/<learner>/<seed>`; else in the root, of one learner and seed
};

/// Runs every learner with every seed and puts what came of it into one result. Returns the exit code. Each run of a
/// comparison is kept as a part until all have ended, so that an interrupted comparison can go on. `lock` is held, and
/// given to others while learners learn.
int run_learners(Experiment& experiment, const Settings& settings, Terminal& terminal, const LearnPlan& plan,
                 std::unique_lock<std::mutex>& lock);

}  // namespace cajal::app
