#include "app/learning_process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"

namespace cajal::app {

Locality gradient_locality(Feedback feedback, bool carried, bool through_time) {
  Locality out{Information::presynaptic, Information::postsynaptic, Information::target};
  if (carried) out.add(feedback == Feedback::transpose ? Information::weight_transport : Information::fixed_feedback);
  if (carried && feedback == Feedback::sign) out.add(Information::weight_signs);
  if (through_time) out.add(Information::through_time);
  return out;
}

template <class Real>
LearningProcess learning_process(const Process<Real>& process) {
  LearningProcess out{process.name(), std::string(process.rule()), process.targets(), {}};
  for (const ProcessEntry& entry : process_entries())
    if (entry.name == process.rule()) out.locality = entry.locality;
  return out;
}

template <class Real>
LearningProcess learning_process(const GradientEntry& entry, const Network<Real>& network, std::int64_t steps) {
  LearningProcess out{entry.name, "backprop", {}, {}};
  for (const std::string& edge : entry.edges) out.targets.push_back("edge." + edge);
  const auto trains = [&](const std::string& name) {
    return std::any_of(entry.edges.begin(), entry.edges.end(),
                       [&](const std::string& edge) { return is_part_of(name, edge); });
  };
  bool by_own = false, by_weights = false;
  const auto carry = [&](const std::string& name, bool weighted, const Node<Real>& from) {
    if (!weighted || !from.wants_gradient) return;
    (trains(name) ? by_own : by_weights) = true;
  };
  for (const auto& e : network.edges) carry(e->name(), !e->parameters().empty(), e->from());
  for (const auto& e : network.sparse) carry(e->name, true, *e->from);
  const bool remembers = steps > 1 && std::any_of(network.nodes.begin(), network.nodes.end(), [](const auto& node) {
                           return node->wants_gradient && !node->instantaneous();
                         });
  out.locality = gradient_locality(entry.feedback, by_own, remembers);
  // Edges that others train, or nobody, carry errors by their weights.
  if (by_weights) out.locality.add(Information::weight_transport);
  return out;
}

void write_learning_processes(const record::Group& group, const std::vector<LearningProcess>& processes) {
  for (const LearningProcess& p : processes) {
    const record::Group own = group.group("learn/" + p.name);
    own.attribute("rule", p.rule);
    own.attribute("on", fmt::format("{}", fmt::join(p.targets, ", ")));
    own.attribute("locality", p.locality.summary());
    own.attribute("information", fmt::format("{}", fmt::join(p.locality.words(), ", ")));
  }
}

template LearningProcess learning_process(const Process<float>&);
template LearningProcess learning_process(const Process<double>&);
template LearningProcess learning_process(const GradientEntry&, const Network<float>&, std::int64_t);
template LearningProcess learning_process(const GradientEntry&, const Network<double>&, std::int64_t);

}  // namespace cajal::app
