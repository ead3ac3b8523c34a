#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/convolution.hpp"
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
/// For each input of a convolution the number of weights that it meets, borders considered; with `back` for each
/// output the number of inputs that it sums over.
std::vector<std::uint32_t> count_fans(const Convolution& c, bool back);
/// The same of weights [filter][channel / groups][kernel row][kernel column] that are not zero.
std::vector<std::uint32_t> count_fans(const Convolution& c, bool back, const std::vector<double>& weight);

}  // namespace cajal
