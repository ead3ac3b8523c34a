#pragma once

#include <memory>

#include "analysis/subject.hpp"
#include "app/learning.hpp"
#include "learning/classical/classical.hpp"

namespace cajal::app {

/// A classical learner as measures see it; `learner` is the one that answers with it. All must outlive what is
/// returned.
std::unique_ptr<analysis::Subject> classical_subject(classical::Classical& classical, AnyLearner& learner,
                                                     const Data& data);

}  // namespace cajal::app
