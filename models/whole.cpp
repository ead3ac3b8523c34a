#include <fmt/format.h>

#include <algorithm>

#include "models/build.hpp"
#include "sim/config/text.hpp"

namespace cajal {

template <class Real>
bool is_whole(const config::Table& tree, const Network<Real>& network) {
  for (const auto& [name, table] : tree.tables("node"))
    if (!network.node(name)) return false;
  for (const auto& [name, table] : tree.tables("edge")) {
    const auto is_part = [&name = name](const std::string& part) { return is_part_of(part, name); };
    const bool made =
        std::any_of(network.edges.begin(), network.edges.end(), [&](const auto& e) { return is_part(e->name()); }) ||
        std::any_of(network.sparse.begin(), network.sparse.end(), [&](const auto& e) { return is_part(e->name); });
    if (!made) return false;
  }
  return true;
}

std::string no_such_node(const config::Table& tree, const std::string& name) {
  const config::Value* nodes = tree.peek("node");
  std::vector<std::string> names;
  for (std::size_t i = 0; nodes && i < nodes->members.size(); ++i) names.push_back(nodes->members[i].first);
  if (std::find(names.begin(), names.end(), name) != names.end()) return "";
  return fmt::format("no node \"{}\"{}", name, names.empty() ? "" : config::alternatives(name, names, "there are"));
}

template bool is_whole(const config::Table&, const Network<float>&);
template bool is_whole(const config::Table&, const Network<double>&);

}  // namespace cajal
