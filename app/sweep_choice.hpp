#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/experiment.hpp"
#include "app/measures.hpp"
#include "app/sweep_plan.hpp"

namespace cajal::app {

/// By which figure a sweep chooses, and which ones its table shows.
struct SweepChoice {
  std::string measure, of;  ///< of: a learner or population. measure empty: nothing is chosen
  bool higher = true;       ///< what is better
  std::string beside;       ///< the test figure of the same kind, shown of what is chosen; empty: there is none
  std::string note;         ///< why nothing is chosen
  std::vector<std::pair<std::string, std::string>> shown;  ///< learner or population, measure
};

/// What `search` asks for, of points that are built like `built`. Test data choose nothing: a figure that was looked at
/// to choose by is no estimate any more of what new data would give. Errors go to the diagnostics.
SweepChoice read_choice(const SweepPlan& plan, const Built& built);

/// The figure of each setting: the mean over its points, of each the mean over its seeds. NaN where a point has none.
std::vector<double> setting_values(std::span<const std::size_t> setting, std::size_t settings,
                                   const std::vector<std::vector<Measured>>& rows, const std::string& of,
                                   const std::string& measure, std::vector<double>* deviation = nullptr);

/// The first of the best that are finite; `values.size()` if none is.
std::size_t best_of(std::span<const double> values, bool higher);

}  // namespace cajal::app
