#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/table.hpp"
#include "app/measures.hpp"

namespace cajal::app {

/// What the phases' predictions say: accuracy, confusion, F1 and so on of classes, errors of numbers.
std::vector<Measured> measure_predictions(const AnyLearner& learner, std::uint64_t seed,
                                          const LearnerMeasures& measures, const Data& data);

/// The mean over seeds of a measure of a learner, of `part` (empty: of the whole); none where there is none.
std::optional<analysis::Cell> cell(const std::string& learner, const std::string& measure, const std::string& part,
                                   const std::vector<Measured>& rows);

/// Lines of the table for what was measured of the test phase beside its accuracy.
std::vector<analysis::Row> prediction_rows(const std::vector<std::string>& learners, const std::vector<Measured>& rows);

}  // namespace cajal::app
