#pragma once

#include <memory>

#include "analysis/subject.hpp"
#include "app/learning.hpp"

namespace cajal::app {

/// Test samples as measures ask about them, at most `most` of them; 0: none, for reading a config.
analysis::Questions questions_of(const Data& data, std::uint64_t seed, std::size_t most);

/// A learner as measures see it. It must outlive what is returned, and has learned.
std::unique_ptr<analysis::Subject> subject_of(AnyLearner& learner, const Data& data);

}  // namespace cajal::app
