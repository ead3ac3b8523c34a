#include "models/observe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "models/layers/linear.hpp"
#include "sim/config/text.hpp"
#include "sim/layer.hpp"
#include "sim/observation.hpp"

namespace cajal {

template <class Real>
Node<Real>* observed_node(Network<Real>& network, const Target& target, const std::vector<std::string>& states) {
  const std::string name = target.from + "." + target.variable;
  if (Node<Real>* made = network.node(name)) return made;
  Node<Real>& source = *network.node(target.from);
  const auto index = source.observe(target.variable);
  if (!index) {
    const std::vector<std::string> names = source.observable();
    target.table->error(
        "from", names.empty() ? fmt::format("\"{}\" has no variables that edges can read; write \"{}\" for its output",
                                            target.from, target.from)
                              : fmt::format("\"{}\" has no variable \"{}\"{}", target.from, target.variable,
                                            config::alternatives(target.variable, names, "there are")));
    return nullptr;
  }
  auto node = std::make_unique<Layer<Identity, Real>>(name, source.size(), std::vector<double>{});
  const bool is_state = std::find(states.begin(), states.end(), target.variable) != states.end();
  node->shape = source.shape;
  node->positions = source.positions;
  network.edges.push_back(std::make_unique<Observation<Real>>(source, *node, *index, is_state));
  network.nodes.push_back(std::move(node));
  return network.nodes.back().get();
}

template <class Real>
std::string unit_of_variable(Node<Real>& node, const std::string& variable) {
  for (const Column<Real>& column : node.columns())
    if (column.name == variable) return column.unit;
  return "";
}

template Node<float>* observed_node(Network<float>&, const Target&, const std::vector<std::string>&);
template Node<double>* observed_node(Network<double>&, const Target&, const std::vector<std::string>&);
template std::string unit_of_variable(Node<float>&, const std::string&);
template std::string unit_of_variable(Node<double>&, const std::string&);

}  // namespace cajal
