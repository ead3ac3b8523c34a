#pragma once

#include "analysis/subject.hpp"

namespace cajal::analysis {

/// Mean of accuracies over the range of ascending levels (trapezoids), divided by the accuracy undisturbed. At least
/// two levels, and an accuracy above 0.
double robustness_area(std::span<const double> levels, std::span<const double> accuracies, double undisturbed);

SubjectMeasure robustness_measure();

}  // namespace cajal::analysis
