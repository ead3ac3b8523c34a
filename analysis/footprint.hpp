#pragma once

#include "analysis/subject.hpp"

namespace cajal::analysis {

SubjectMeasure footprint_measure();

}  // namespace cajal::analysis
