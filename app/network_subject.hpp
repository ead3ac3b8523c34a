#pragma once

#include <memory>

#include "analysis/subject.hpp"
#include "app/settings.hpp"
#include "learning/learner.hpp"

namespace cajal::app {

/// A learner that is a network, as measures see it. Learner and data must outlive what is returned.
template <class Real>
std::unique_ptr<analysis::Subject> network_subject(Learner<Real>& learner, const Data& data,
                                                   std::string without_gradient);

}  // namespace cajal::app
