#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cajal {

/// An edge as far as the order of a step is concerned.
struct Join {
  std::string from, to;
  std::int64_t delay = 0;  ///< the shortest, in steps
  bool sparse = false;     ///< delivered as events: an edge of a cycle then needs a delay of its own
};

/// An edge that no order of a step can serve, and the nodes on the way from its source back to it.
struct Cycle {
  std::size_t edge = 0;
  std::vector<std::string> nodes;
};

/// The first edge without delay that lies on a cycle whose edges have none, or, if it is sparse, on any cycle.
std::optional<Cycle> find_cycle(const std::vector<Join>& edges);

}  // namespace cajal
