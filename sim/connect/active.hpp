#pragma once

#include <cstddef>

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

}  // namespace cajal
