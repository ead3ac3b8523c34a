#include "models/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/build.hpp"

namespace cajal {

bool is_text(const config::Value* value, std::string_view text) {
  return value && value->kind == config::Value::Kind::text && value->text == text;
}

namespace {

bool is_node(const NamedTables& nodes, const std::string& name) {
  return std::any_of(nodes.begin(), nodes.end(), [&](const auto& node) { return node.first == name; });
}

/// Whether all that the edge names is there; what is not has had its error.
bool read_edge(const config::Table& root, const NamedTables& nodes, const std::string& name, const config::Table& table,
               std::vector<Target>& out) {
  // `E`, or `E.V_m`, a variable of it.
  const std::string written = table.required_text("from"), from = written.substr(0, written.find('.'));
  const std::string variable = from.size() < written.size() ? written.substr(from.size() + 1) : "";
  const bool from_known = is_node(nodes, from);
  if (!from_known && is_text(table.peek("from"), written)) table.error("from", no_such_node(root, from));
  if (!table.has("to")) table.error("to", "missing key `to`: the target, like \"E.ex\"");
  const std::vector<std::string> to = table.texts("to");
  bool known = from_known && !to.empty();
  if (written.ends_with('.')) {
    table.error("from", fmt::format("\"{}\" names no variable; write \"{}\", or a variable of it, like \"{}.V_m\"",
                                    written, from, from));
    known = false;
  }
  if (table.has("to") && table.peek("to")->kind == config::Value::Kind::array && table.peek("to")->items.empty())
    table.error("to", "names nothing; write a target, like \"E.ex\"");
  std::set<std::string> seen;
  for (const std::string& target : to) {
    const std::size_t dot = target.find('.');
    Target t{name,
             name,
             &table,
             from,
             target.substr(0, dot),
             dot == std::string::npos ? "" : target.substr(dot + 1),
             variable,
             is_text(table.peek("connect"), "private")};
    if (to.size() > 1) t.name += "." + t.to;
    if (!is_node(nodes, t.to)) {
      table.error("to", no_such_node(root, t.to));
      known = false;
    } else if (!seen.insert(t.to).second) {
      table.error("to", fmt::format("\"{}\" twice; write an edge for each of its ports", t.to));
      known = false;
    }
    out.push_back(t);
  }
  return known;
}

}  // namespace

Targets read_targets(const config::Table& root, const NamedTables& nodes, const NamedTables& edges) {
  Targets targets;
  for (const auto& [name, table] : edges) {
    std::vector<Target> of_edge;
    if (read_edge(root, nodes, name, table, of_edge)) {
      targets.all.insert(targets.all.end(), of_edge.begin(), of_edge.end());
    } else {
      targets.dangling = true;
      table.skip();
    }
  }
  return targets;
}

}  // namespace cajal
