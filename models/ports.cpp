#include "models/ports.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/observe.hpp"
#include "sim/config/text.hpp"
#include "sim/connect/connection.hpp"

namespace cajal {

template <class Real>
std::optional<std::size_t> find_port(const Node<Real>& node, const Target& t) {
  std::vector<std::string> names;
  for (const auto& p : node.ports) names.push_back(p.name);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == t.port) return i;
  if (t.port.empty()) {
    // `current` is there without being declared: it is not counted where something else is.
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names.size() == 1 || names[i] != "current" || node.ports.size() == 1) open.push_back(i);
    if (open.size() == 1) return open[0];
    t.table->error("to", names.empty() ? fmt::format("\"{}\" is an input: no edge ends there", t.to)
                                       : fmt::format("\"{}\" has several ports; write \"{}.{}\" (ports: {})", t.to,
                                                     t.to, names[0], fmt::join(names, ", ")));
  } else if (names.empty()) {
    t.table->error("to", fmt::format("\"{}\" is an input: no edge ends there", t.to));
  } else {
    t.table->error("to", fmt::format("\"{}\" has no port \"{}\"{}", t.to, t.port,
                                     config::alternatives(t.port, names, "there are")));
  }
  return std::nullopt;
}

std::string weight_unit(const std::string& port, const std::string& source) {
  std::string out = port;
  if (port.empty() || source.empty()) return out;
  out += '/';
  for (const char c : source) out += c == '/' ? '*' : c == '*' ? '/' : c;
  return out;
}

template <class Real>
bool refuses_coupling(const Target& t, Node<Real>& from, const Port<Real>& port, const std::vector<std::string>& states,
                      const std::string& kind, bool trained) {
  const config::Table& table = *t.table;
  const std::size_t before = table.diagnostics().size();
  const bool known = std::find(states.begin(), states.end(), t.variable) != states.end();
  if (!known)
    table.error("from",
                fmt::format("\"{}.{}\" takes the difference of a state variable and its own: {}", t.to, port.name,
                            states.empty() ? fmt::format("\"{}\" has none", t.from)
                                           : fmt::format("write from = \"{}.{}\"", t.from, states.front())));
  else if (const std::string unit = unit_of_variable(from, t.variable); !port.unit.empty() && unit != "mV")
    table.error("from", fmt::format("\"{}.{}\" takes potentials, in mV; {} of \"{}\" is {}", t.to, port.name,
                                    t.variable, t.from, unit.empty() ? "a number" : "in " + unit));
  if (kind != "sparse" || t.is_private)
    table.error("to", fmt::format("only sparse edges can end at \"{}.{}\": give `connect`, and neither `kind` nor "
                                  "\"private\"",
                                  t.to, port.name));
  if (trained)
    table.error(
        "to", fmt::format("the weights of \"{}.{}\" are conductances of the membrane too: they cannot be trained", t.to,
                          port.name));
  if (table.has("release"))
    table.error("release",
                fmt::format("what flows into \"{}.{}\" is no spike that a synapse could release", t.to, port.name));
  return table.diagnostics().size() > before;
}

template <class Real>
void add_conductance(const SparseEdge<Real>& edge, const Target& target) {
  Port<Real>& port = edge.to->ports[edge.port];
  const Connection& connection = *edge.connection;
  std::vector<double> sum(port.conductance.begin(), port.conductance.end());
  double least = connection.weight.value_or(0);
  SynapseRow row;
  for (std::uint32_t unit = 0; unit < connection.rows; ++unit) {
    connection.row(unit, row);
    for (std::size_t i = 0; i < row.partner.size(); ++i) {
      const double weight = connection.weight ? *connection.weight : row.weight[i];
      sum[connection.rows_of == Connection::Rows::target ? unit : row.partner[i]] += weight;
      least = std::min(least, weight);
    }
  }
  if (least < 0 && !port.unit.empty())
    target.table->error("weight", fmt::format("a weight of {} {}: a conductance is at least 0",
                                              config::written_number(least), port.unit));
  std::transform(sum.begin(), sum.end(), port.conductance.begin(), [](double g) { return static_cast<Real>(g); });
}

template std::optional<std::size_t> find_port(const Node<float>&, const Target&);
template std::optional<std::size_t> find_port(const Node<double>&, const Target&);
template bool refuses_coupling(const Target&, Node<float>&, const Port<float>&, const std::vector<std::string>&,
                               const std::string&, bool);
template bool refuses_coupling(const Target&, Node<double>&, const Port<double>&, const std::vector<std::string>&,
                               const std::string&, bool);
template void add_conductance(const SparseEdge<float>&, const Target&);
template void add_conductance(const SparseEdge<double>&, const Target&);

}  // namespace cajal
