#pragma once

#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

/// Every measure, in the order of `describe`.
const std::vector<MeasureEntry>& measure_entries();

}  // namespace cajal::analysis
