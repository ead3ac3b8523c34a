#pragma once

#include <string>
#include <vector>

#include "app/terminal.hpp"

namespace cajal::app {

/// `cajal analyze RESULT.h5... [--measure cka,fano] [--set measure.cka.samples=500] [--out x.csv|x.h5] [--force]`
struct AnalysisRequest {
  std::vector<std::string> results;
  std::vector<std::string> measures;   ///< empty: all that say something of a result
  std::vector<std::string> overrides;  ///< keys of measures, by their addresses in a config
  std::string out;                     ///< empty: a table on standard output
  bool force = false;                  ///< replaces what is there
};

/// Takes measures of saved results, as `[measure]` would at the end of their runs; of a sweep at each of its points.
/// Prints what they found, or writes it: as CSV the columns of `/measures`, as HDF5 these and the arrays in the places
/// that they have in a result. What has no answer is told. Returns the exit code. Throws ConfigError for keys,
/// DataError for what is no result, OutputError, and Error for measures that there are not, or that say nothing of a
/// result, and where nothing at all was found.
int analyze(const AnalysisRequest& request, Terminal& terminal);

}  // namespace cajal::app
