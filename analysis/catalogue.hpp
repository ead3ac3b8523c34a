#pragma once

#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

/// Every measure, in the order of `describe`.
std::span<const MeasureEntry> measure_entries();

}  // namespace cajal::analysis
