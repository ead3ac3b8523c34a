#include "learning/node_units.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>
#include <vector>

#include "sim/config/text.hpp"

namespace cajal {

namespace {

/// `node.E[0:50]`: the name, and the units if they are given. False where it is written wrongly.
bool split_units(std::string_view text, std::string& name, std::optional<std::pair<std::size_t, std::size_t>>& units) {
  if (text.starts_with("node.")) text.remove_prefix(5);
  const std::size_t bracket = text.find('[');
  name = text.substr(0, bracket);
  if (bracket == std::string_view::npos) return true;
  if (text.back() != ']') return false;
  const std::string_view inner = text.substr(bracket + 1, text.size() - bracket - 2);
  const std::size_t colon = inner.find(':');
  const auto whole = [](std::string_view part, std::size_t& out) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), out);
    return error == std::errc() && end == part.data() + part.size() && out < SIZE_MAX;
  };
  std::size_t first = 0, last = 0;
  if (!whole(inner.substr(0, colon), first)) return false;
  if (colon == std::string_view::npos)
    last = first + 1;
  else if (!whole(inner.substr(colon + 1), last))
    return false;
  units = {first, last};
  return first < last;
}

template <class Real>
std::vector<std::string> names_of(const Network<Real>& network) {
  std::vector<std::string> names;
  for (const auto& node : network.nodes) names.push_back(node->name());
  return names;
}

}  // namespace

template <class Real>
std::optional<NodeUnits<Real>> find_node_units(const config::Table& table, std::string_view key,
                                               const std::string& text, const Network<Real>& network) {
  std::string name;
  std::optional<std::pair<std::size_t, std::size_t>> units;
  if (!split_units(text, name, units)) {
    table.error(key, fmt::format("expected a population, or units of it, like \"E[0:50]\" or \"E[3]\", found \"{}\"",
                                 config::shortened(text)));
    return std::nullopt;
  }
  Node<Real>* const node = network.node(name);
  if (!node) {
    table.error(key, fmt::format("there is no node \"{}\"{}", config::shortened(name),
                                 config::alternatives(name, names_of(network), "there are")));
    return std::nullopt;
  }
  if (!units) units = {0, node->size()};
  if (units->second > node->size()) {
    table.error(
        key, fmt::format("there is no unit {}: \"{}\" has {}, numbered from 0", units->second - 1, name, node->size()));
    return std::nullopt;
  }
  return NodeUnits<Real>{node, units->first, units->second};
}

template std::optional<NodeUnits<float>> find_node_units(const config::Table&, std::string_view, const std::string&,
                                                         const Network<float>&);
template std::optional<NodeUnits<double>> find_node_units(const config::Table&, std::string_view, const std::string&,
                                                          const Network<double>&);

}  // namespace cajal
