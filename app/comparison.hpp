#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/learning.hpp"

namespace cajal::app {

/// `compare = { seeds = [1, 2, 3], vary = ["init", "order"], match = "parameters", within = 0.1, budget = { ... } }`
struct Compare {
  std::vector<std::uint64_t> seeds;
  bool vary_init = true, vary_order = true;
  /// What the learners are said to have in common, `parameters` or `operations`, so that the largest has at most
  /// `within` more of them than the smallest; empty: nothing.
  std::string match;
  double within = 0.1;
  Budget budget;

  static Compare read(const config::Table& root, const Run& run);
  Seeds seeds_of(std::uint64_t seed, const Run& run) const {
    return {vary_init ? seed : run.seed, vary_order ? seed : run.seed};
  }
};

/// What a match says of the values found: `parameters are matched within 10 %: 203,530 to 210,000`, or that they are
/// not. `holds` is set.
std::string match_text(const Compare& compare, const std::vector<std::pair<std::string, double>>& values, bool& holds);

/// Of a learner's own `run`: the step and the precision. Names, seeds and data are the comparison's.
Run learner_run(const config::Table& tree, const Run& run);

/// A learner that comes from a file of its own brings that file's data and seed along: the comparison's count instead.
void drop_inherited(config::Value& tree, const std::string& file);

/// Leaves only the learners that `compare.learners` names, where it names some. What is wrong goes to the diagnostics.
void keep_learners(config::Value& root, std::vector<Diagnostic>& diagnostics);

/// What was used to train a learner and to choose its settings, as its result says.
struct Usage {
  /// `validation`: what was kept or when to stop was decided on validation data; `test`: something looked at the labels
  /// of test data, so that its test accuracy is no test; `none`: nothing was decided on data.
  std::string selection;
  std::string why;            ///< of `test`
  std::uint64_t labels = 0;   ///< training samples whose label or target was used
  std::uint64_t samples = 0;  ///< training samples that were shown
};
Usage usage_of(const LearnerOptions& options, const data::Split& split, const data::Dataset& dataset);

}  // namespace cajal::app
