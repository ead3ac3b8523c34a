#pragma once

#include "analysis/subject.hpp"

namespace cajal::analysis {

/// So many steps of a trial of `steps`, spread evenly, ascending and ending with all of them; fewer where there are
/// fewer steps.
std::vector<std::int64_t> latency_steps(std::int64_t steps, std::int64_t points);

/// The first of ascending times at which the accuracy is at least 0.99 of the last. There is at least one.
double decision_time(std::span<const double> times, std::span<const double> accuracies);

SubjectMeasure latency_measure();

}  // namespace cajal::analysis
