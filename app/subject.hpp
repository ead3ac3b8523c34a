#pragma once

#include <span>

#include "analysis/subject.hpp"
#include "app/learning.hpp"

namespace cajal::app {

/// Test samples as measures ask about them, at most `most` of them; 0: none, for reading a config.
analysis::Questions questions_of(const Data& data, std::uint64_t seed, std::size_t most);

/// The class that each row of scores stands for; -1 where one of them is not finite.
std::vector<std::int32_t> classes_of(std::span<const double> scores, std::size_t outputs);

/// Takes all measures of a learner that has learned; the learner is as it was after it. Ends early, between two of
/// them, when the user asked to stop.
analysis::Findings ask_subject(std::span<const analysis::SubjectMeasure::Asked> measures, AnyLearner& learner,
                               std::uint64_t seed, const Data& data);

}  // namespace cajal::app
