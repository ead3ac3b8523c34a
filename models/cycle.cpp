#include "models/cycle.hpp"

#include <algorithm>
#include <map>

namespace cajal {

namespace {

/// The nodes of a shortest way from `from` to `to`, both included; nothing if there is none.
std::optional<std::vector<std::string>> way(const std::vector<Join>& edges, const std::string& from,
                                            const std::string& to, bool without_delay) {
  std::map<std::string, std::string> before{{from, ""}};
  std::vector<std::string> reached{from};
  for (std::size_t i = 0; i < reached.size() && !before.contains(to); ++i)
    for (const Join& e : edges)
      if (e.from == reached[i] && (!without_delay || e.delay == 0) && before.emplace(e.to, e.from).second)
        reached.push_back(e.to);
  if (!before.contains(to)) return {};
  std::vector<std::string> nodes{to};
  while (nodes.back() != from) nodes.push_back(before[nodes.back()]);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

std::optional<Cycle> find_cycle(const std::vector<Join>& edges) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i].delay > 0) continue;
    if (auto nodes = way(edges, edges[i].to, edges[i].from, !edges[i].sparse)) {
      nodes->insert(nodes->begin(), edges[i].from);
      return Cycle{i, std::move(*nodes)};
    }
  }
  return {};
}

}  // namespace cajal
