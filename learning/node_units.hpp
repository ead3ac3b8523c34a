#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sim/config/table.hpp"
#include "sim/network.hpp"

namespace cajal {

/// Some units of a node, [begin, end).
template <class Real>
struct NodeUnits {
  Node<Real>* node = nullptr;
  std::size_t begin = 0, end = 0;

  std::size_t size() const { return end - begin; }
};

/// What `text`, which stands at `key`, names: `"E"` or `"node.E"` all units, `"E[0:50]"` the first 50, `"E[3]"` one.
/// Nothing, with an error of the table, where it names no units of the network.
template <class Real>
std::optional<NodeUnits<Real>> find_node_units(const config::Table& table, std::string_view key,
                                               const std::string& text, const Network<Real>& network);

}  // namespace cajal
