#pragma once

#include "analysis/subject.hpp"

namespace cajal::analysis {

SubjectMeasure neuron_updates_measure();
SubjectMeasure membrane_updates_measure();

}  // namespace cajal::analysis
