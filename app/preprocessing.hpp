#pragma once

#include <string>
#include <vector>

#include "learning/data/preprocess.hpp"
#include "sim/record/reader.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

/// What was done to the features, below `data/preprocessing/`: a group for each step, `0_standardise`, `1_select`.
void write_preprocessing(const record::Group& group, const std::vector<data::FittedStep>& steps);
/// The same of a result, in order; `data` is the group of its data. Throws DataError.
std::vector<data::FittedStep> read_preprocessing(const record::ResultReader& reader, const std::string& data);

}  // namespace cajal::app
