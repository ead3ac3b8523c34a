#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "sim/random.hpp"

namespace cajal {

inline constexpr std::size_t blocks_of_planes = 16;

/// What 16 blocks of random bits give, four numbers each, as loops over packs read it: number j of block b stands in
/// [j][b].
template <class T>
struct alignas(64) Planes {
  std::array<std::array<T, blocks_of_planes>, 4> plane;

  std::span<const T> flat() const { return {plane[0].data(), 4 * blocks_of_planes}; }
};

/// The words of the blocks `id`, `id` + 1, ... at one step: those of Stream::bits. Block b stands in planes[b / 16].
void fill_ids(const Stream& stream, std::uint64_t id, std::uint64_t step, std::span<Planes<std::uint32_t>> planes);

/// The words of the blocks of one id at the steps `step`, `step` + 1, ...
void fill_steps(const Stream& stream, std::uint64_t id, std::uint64_t step, std::span<Planes<std::uint32_t>> planes);

/// 64 standard normal numbers in single precision, two from each two words: their largest is 6.76.
/// With u in (0, 1] from the first word and a in [0, 2 pi) from the second: sqrt(-2 ln u) cos a, sqrt(-2 ln u) sin a.
/// Source: Box & Muller 1958, Ann. Math. Stat. 29:610.
Planes<float> standard_normals(const Planes<std::uint32_t>& words);

/// Block after block, as scalar draws take them.
template <class T>
std::array<T, 4 * blocks_of_planes> in_order_of_blocks(const Planes<T>& planes) {
  typedef T Four __attribute__((vector_size(16)));
  static_assert(sizeof(T) == 4);
  std::array<T, 4 * blocks_of_planes> out;
  for (std::size_t b = 0; b < blocks_of_planes; b += 4) {
    Four row[4];
    for (std::size_t j = 0; j < 4; ++j) std::memcpy(&row[j], &planes.plane[j][b], 16);
    const Four low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    const Four low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    const Four high01 = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    const Four high23 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    const Four blocks[4] = {
        __builtin_shufflevector(low01, low23, 0, 1, 4, 5), __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
        __builtin_shufflevector(high01, high23, 0, 1, 4, 5), __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    std::memcpy(&out[4 * b], blocks, sizeof(blocks));
  }
  return out;
}

}  // namespace cajal
