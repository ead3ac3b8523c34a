#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "sim/random.hpp"

namespace cajal {

/// Appends `k` numbers below `from`: independent draws with `multapses`; without, a set of k that is as likely as any
/// other, in the order in which it was drawn. Source: Floyd's algorithm, Bentley & Floyd 1987, "A sample of
/// brilliance", CACM 30:754.
inline void draw_partners(std::uint64_t from, std::uint64_t k, bool multapses, Draws& draws,
                          std::vector<std::uint32_t>& partners) {
  if (multapses) {
    for (std::uint64_t i = 0; i < k; ++i) partners.push_back(static_cast<std::uint32_t>(draws.below(from)));
    return;
  }
  std::unordered_set<std::uint32_t> taken;
  taken.reserve(k);
  for (std::uint64_t last = from - k; last < from; ++last) {
    auto number = static_cast<std::uint32_t>(draws.below(last + 1));
    if (!taken.insert(number).second) {
      number = static_cast<std::uint32_t>(last);
      taken.insert(number);
    }
    partners.push_back(number);
  }
}

}  // namespace cajal
