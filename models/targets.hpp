#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/table.hpp"

namespace cajal {

/// Tables of a section by name, in source order.
using NamedTables = std::vector<std::pair<std::string, config::Table>>;

/// One target of an edge as a config writes it.
struct Target {
  std::string edge, name;  ///< name of the edge in the config, and of this part of it
  const config::Table* table;
  std::string from, to, port;
  std::string variable;  ///< of the source, which the edge reads instead of its output; empty: the output
  bool is_private = false;
  bool shapeless = false;                ///< its shape could not be told, which was reported
  std::optional<std::size_t> into = {};  ///< unit of the target at which it begins, of branches that are concatenated
};

struct Targets {
  std::vector<Target> all;
  bool dangling = false;  ///< an edge joins nothing
};

/// The targets of all edges; those of an edge that names unknown nodes are left out, with an error. The tables must
/// outlive them.
Targets read_targets(const config::Table& root, const NamedTables& nodes, const NamedTables& edges);

bool is_text(const config::Value* value, std::string_view text);

}  // namespace cajal
