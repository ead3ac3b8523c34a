#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/config/table.hpp"
#include "sim/node.hpp"

namespace cajal {

/// A source's shape as planes: {C, H, W}, {H, W} as one channel; in one dimension {C, L} or {L}, height 1.
struct Planes {
  std::size_t channels = 1, height = 1, width = 1;
};

/// Nothing, with an error at the table, for a shape that cannot be meant. `dimensions`: 1 or 2.
std::optional<Planes> read_planes(const config::Table& table, const Shape& source, int dimensions);
/// The shape of planes that an edge of so many dimensions brings.
Shape planes_shape(std::size_t channels, std::size_t height, std::size_t width, int dimensions);
/// One whole number for both directions or a list `[h, w]`; in one dimension the first is `fallback`.
std::array<std::size_t, 2> read_extent(const config::Table& table, std::string_view key, std::size_t fallback,
                                       std::size_t low, int dimensions);

}  // namespace cajal
