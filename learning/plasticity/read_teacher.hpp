#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "learning/option.hpp"
#include "sim/config/table.hpp"
#include "sim/config/text.hpp"
#include "sim/network.hpp"

namespace cajal {

/// The key `teacher` as `describe` shows it.
inline Option teacher_option() {
  return {"teacher", "", "a node",
          "what each unit is to send: a node as large, like { kind = \"data\", field = \"y\" }"};
}

/// The node that the key `teacher` names; null, with an error, where there is none.
template <class Real>
Node<Real>* read_teacher(const config::Table& table, const Network<Real>& network) {
  const std::size_t errors = table.diagnostics().size();
  const std::string name = table.required_text("teacher");
  if (table.diagnostics().size() > errors) return nullptr;
  std::vector<std::string> names;
  for (const auto& n : network.nodes) names.push_back(n->name());
  Node<Real>* const teacher = network.node(name);
  if (!teacher) table.error("teacher", "there is no node \"" + name + "\"" + config::alternatives(name, names));
  return teacher;
}

/// A teacher, if there is one, must be as large as the node that it teaches.
template <class Real>
void check_pupil(const config::Table& table, const Node<Real>* teacher, const Node<Real>& pupil) {
  if (teacher && teacher->size() != pupil.size())
    table.error("teacher", "node." + teacher->name() + " has " + std::to_string(teacher->size()) + " units, node." +
                               pupil.name() + " " + std::to_string(pupil.size()));
}

/// Whether samples are shown, in trials.
template <class Real>
bool shows_data(const Network<Real>& network) {
  return std::any_of(network.nodes.begin(), network.nodes.end(), [](const auto& n) { return n->kind() == "data"; });
}

}  // namespace cajal
