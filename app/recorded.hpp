#pragma once

#include <string>
#include <vector>

#include "analysis/recorded.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

/// What a result holds for measures to read: of a comparison all runs, of one learner the one, of a simulation its
/// populations. Weights only where they are asked for. `base`: with a slash at its end; of a point of a sweep its
/// group, below which the places of runs are then told. Throws DataError.
analysis::Recorded read_recorded(const record::ResultReader& reader, bool weights, const std::string& base = "/");

/// Final weights below `place`, that of a run. Throws DataError.
std::vector<analysis::RecordedEdge> read_edges(const record::ResultReader& reader, const std::string& place);

}  // namespace cajal::app
