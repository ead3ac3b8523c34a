#include "analysis/subject.hpp"

namespace cajal::analysis {

std::span<const SubjectMeasure> subject_measures() { return {}; }

}  // namespace cajal::analysis
