#include "analysis/recorded.hpp"

namespace cajal::analysis {

std::span<const RecordedMeasure> recorded_measures() { return {}; }

}  // namespace cajal::analysis
