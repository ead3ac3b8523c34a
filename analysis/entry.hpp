#pragma once

#include <string_view>

namespace cajal::analysis {

/// What `describe` says of a measure.
struct MeasureEntry {
  std::string_view name, meaning, definition, source;
  std::string_view snippet;    ///< lines of a config that ask for it
  std::string_view keys = {};  ///< what its table may hold
};

}  // namespace cajal::analysis
