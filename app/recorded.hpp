#pragma once

#include "analysis/recorded.hpp"
#include "sim/record/reader.hpp"

namespace cajal::app {

/// What a result holds for measures to read: of a comparison all runs, of one learner the one, of a simulation its
/// populations. Weights only where they are asked for. Throws DataError.
analysis::Recorded read_recorded(const record::ResultReader& reader, bool weights);

}  // namespace cajal::app
