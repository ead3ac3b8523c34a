#pragma once

#include <cstdint>
#include <string>

#include "sim/config/table.hpp"
#include "sim/positions.hpp"

namespace cajal {

/// The key `positions` of a node's table, none if absent. One of
///   grid = [nx, ny], extent = ["1 mm", "1 mm"]   centres of equal boxes, the last dimension running fastest;
///   uniform = ["1 mm", "1 mm"]                   drawn in that extent from the stream `node.<name>.positions`;
///   values = [[x, y], ...]                       in mm, with an `extent` or not;
///   file = "positions.npy"                       units x dimensions in mm, with an `extent` or not
/// in two or three dimensions, from 0; and `periodic = true` for a torus of the extent. What is wrong goes to the
/// table's diagnostics: also a number of positions other than of units, or one outside of the extent.
Positions read_positions(const config::Table& node, const std::string& name, std::size_t size, std::uint64_t seed,
                         const std::string& folder);

}  // namespace cajal
