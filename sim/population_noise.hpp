#pragma once

#include <algorithm>

#include "sim/population_base.hpp"
#include "sim/random_planes.hpp"

/// Random numbers of populations: every one is a function of (seed, node, what it moves, unit, trial, step) alone.
namespace cajal::noise {

inline constexpr std::size_t units_of_planes = 4 * blocks_of_planes;

inline std::uint64_t key(std::uint64_t trial, std::int64_t step) {
  return trial << 40 | static_cast<std::uint64_t>(step);
}

/// Calls use(unit, numbers of 16 units) for the packs of [begin, end); `make` turns random words into numbers.
template <class Make, class Use>
void each_pack(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t end, Make make, Use use) {
  for (std::size_t group = begin / units_of_planes; group * units_of_planes < end; ++group) {
    Planes<std::uint32_t> words;
    fill_ids(stream, group * blocks_of_planes, key, {&words, 1});
    const auto numbers = make(words);
    for (std::size_t j = 0; j < 4; ++j)
      if (const std::size_t unit = group * units_of_planes + j * blocks_of_planes; unit >= begin && unit < end)
        use(unit, numbers.plane[j]);
  }
}

/// Standard normal numbers times `factor`, a column, for the units [begin, begin + count).
template <class Real>
void normals(const Stream& stream, std::uint64_t key, const Coefficient<Real>& factor, std::size_t begin,
             std::size_t count, Real* out) {
  each_pack(stream, key, begin, begin + count, standard_normals, [&](std::size_t unit, const auto& n) {
    const Real* scale = factor.values.data() + unit;
    for (std::size_t i = 0; i < n.size(); ++i) out[unit - begin + i] = scale[i] * static_cast<Real>(n[i]);
  });
}

inline double uniform(std::uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; }

/// Numbers in (0, 1), for the units [begin, begin + count).
template <class Real>
void uniforms(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t count, Real* out) {
  const auto words = [](const Planes<std::uint32_t>& w) { return w; };
  each_pack(stream, key, begin, begin + count, words, [&](std::size_t unit, const auto& w) {
    for (std::size_t i = 0; i < w.size(); ++i) out[unit - begin + i] = static_cast<Real>(uniform(w[i]));
  });
}

/// The same of one unit.
inline double uniform(const Stream& stream, std::uint64_t key, std::size_t unit) {
  const std::size_t block = unit / units_of_planes * blocks_of_planes + unit % blocks_of_planes;
  return uniform(stream.bits(block, key)[unit / blocks_of_planes % 4]);
}

}  // namespace cajal::noise
