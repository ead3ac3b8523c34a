#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sim/node.hpp"
#include "sim/number/pack.hpp"

namespace cajal {

/// Calls visit(unit, value) for all units in [begin, end) with value != 0, ascending. Silent stretches are passed by in
/// packs.
template <class Real, class Visit>
void for_each_active(const Real* values, std::size_t begin, std::size_t end, const Visit& visit) {
  using W = Wide<Real>;
  constexpr std::size_t lanes = W::lanes;
  const W zero = 0.0;
  const auto active = [&](std::size_t u) { return W::load(values + u) != zero; };
  const auto each = [&](std::size_t from, std::size_t to) {
    for (std::size_t u = from; u < to; ++u)
      if (values[u] != Real(0)) visit(u, values[u]);
  };
  std::size_t u = begin;
  for (; u + 4 * lanes <= end; u += 4 * lanes) {
    if (!any((active(u) | active(u + lanes)) | (active(u + 2 * lanes) | active(u + 3 * lanes)))) continue;
    for (std::size_t part = u; part < u + 4 * lanes; part += lanes)
      if (any(active(part))) each(part, part + lanes);
  }
  each(u, end);
}

/// The same for the output of a node of one sample, from the bits that it keeps of what is not zero, if it keeps them.
template <class Real, class Visit>
void for_each_active(const Node<Real>& node, std::int64_t step, Slice::Range units, const Visit& visit) {
  const Real* const output = node.output.at(step, 0);
  const auto active = node.active_lanes(step);
  if (!active.masks) return for_each_active(output, units.begin, units.end, visit);
  const auto visit_pack = [&](std::size_t pack) {
    for (unsigned bits = active.masks[pack]; bits != 0; bits &= bits - 1) {
      const std::size_t unit = pack * active.lanes + static_cast<std::size_t>(std::countr_zero(bits));
      if (unit < units.end) visit(unit, output[unit]);
    }
  };
  // Units of a slice begin at a whole pack.
  std::size_t pack = units.begin / active.lanes;
  const std::size_t end = (units.end + active.lanes - 1) / active.lanes;
  for (; pack + 16 <= end; pack += 16) {
    std::uint64_t any[4];
    std::memcpy(any, active.masks + pack, sizeof(any));
    if ((any[0] | any[1] | any[2] | any[3]) == 0) continue;
    for (std::size_t k = 0; k < 16; ++k) visit_pack(pack + k);
  }
  for (; pack < end; ++pack) visit_pack(pack);
}

}  // namespace cajal
