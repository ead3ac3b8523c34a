#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/learn_table.hpp"
#include "learning/locality.hpp"
#include "learning/process.hpp"
#include "sim/network.hpp"
#include "sim/record/result.hpp"

namespace cajal::app {

/// One entry of `[learn]`, as a result tells of it.
struct LearningProcess {
  std::string name, rule;
  std::vector<std::string> targets;  ///< addresses
  Locality locality;
};

template <class Real>
LearningProcess learning_process(const Process<Real>& process);
/// A gradient, of trials of so many steps. How far errors have to be carried is that of the network as it stands: to a
/// single layer nothing is carried back.
template <class Real>
LearningProcess learning_process(const GradientEntry& entry, const Network<Real>& network, std::int64_t steps);
/// What backpropagation uses with this feedback in general.
Locality gradient_locality(Feedback feedback, bool carried, bool through_time);

/// `learn/<name>`, with attributes `rule`, `on`, `locality` (its summary) and `information` (all that is used).
void write_learning_processes(const record::Group& group, const std::vector<LearningProcess>& processes);

}  // namespace cajal::app
