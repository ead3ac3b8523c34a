#pragma once

#include <map>
#include <string>

#include "models/build.hpp"
#include "models/targets.hpp"

namespace cajal {

/// The number of units of a shape; 0 of an empty one.
std::size_t units_of(const Shape& shape);
/// How many parts a normalisation or a scale tells apart: the channels of {channels, height, width}, else the units.
std::size_t channels_of(const Shape& shape);
/// "32 x 26 x 26"
std::string shape_text(const Shape& shape);

/// What units each node has, by name: from its own `size` or `shape`, the data, or what its edges bring; empty where
/// nothing says. Marks the targets whose shape could not be told.
std::map<std::string, Shape> find_shapes(const BuildRequest& request, const NamedTables& nodes,
                                         std::vector<Target>& targets);

}  // namespace cajal
