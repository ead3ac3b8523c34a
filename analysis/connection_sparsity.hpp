#pragma once

#include "analysis/subject.hpp"

namespace cajal::analysis {

SubjectMeasure connection_sparsity_measure();

}  // namespace cajal::analysis
