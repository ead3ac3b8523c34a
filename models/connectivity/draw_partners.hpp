#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/connectivity/rule.hpp"
#include "sim/random.hpp"

namespace cajal {

/// A set of numbers below 2^32 - 1 of a size known before: open addressing, at most half full.
class NumberSet {
 public:
  explicit NumberSet(std::size_t most)
      : slots_(std::bit_ceil(2 * most + 2), empty),
        shift_(static_cast<unsigned>(64 - std::bit_width(slots_.size() - 1))) {}

  /// False if it was there.
  bool insert(std::uint32_t number) {
    // Knuth 1973, The Art of Computer Programming 3, 6.4: multiplication by the golden ratio.
    std::size_t at = number * 0x9e3779b97f4a7c15ULL >> shift_;
    for (; slots_[at] != empty; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at] == number) return false;
    slots_[at] = number;
    return true;
  }

 private:
  static constexpr std::uint32_t empty = 0xffffffffu;
  std::vector<std::uint32_t> slots_;
  unsigned shift_;
};

/// Appends `k` of the candidates of `unit` among `size` units: independent draws with `multapses`; without, a set of k
/// that is as likely as any other, in the order in which it was drawn. Source: Floyd's algorithm, Bentley & Floyd 1987,
/// "A sample of brilliance", CACM 30:754.
inline void draw_partners(std::uint64_t size, std::uint64_t k, bool multapses, bool self, std::uint32_t unit,
                          Draws& draws, std::vector<std::uint32_t>& partners) {
  const std::uint64_t from = candidates(self, size);
  const std::size_t begin = partners.size();
  partners.resize(begin + k);
  std::uint32_t* next = partners.data() + begin;
  if (multapses) {
    draws.below(static_cast<std::uint32_t>(from), {next, k});
  } else {
    NumberSet taken(k);
    for (std::uint64_t last = from - k; last < from; ++last) {
      const auto number = static_cast<std::uint32_t>(draws.below(last + 1));
      *next = taken.insert(number) ? number : static_cast<std::uint32_t>(last);
      if (*next != number) taken.insert(*next);
      ++next;
    }
  }
  if (!self)
    for (std::size_t i = begin; i < partners.size(); ++i) partners[i] = candidate(self, partners[i], unit);
}

/// Whether each of the `units` of one side can have k partners among `from` candidates; `partners` and `units` are
/// words of the message.
inline std::optional<Refusal> refuse_degree(std::uint64_t k, bool multapses, std::size_t from, const char* partners,
                                            const char* unit) {
  if (multapses ? from > 0 || k == 0 : k <= from) return {};
  const std::string allowed =
      from == 0 ? std::string("there is no ") + partners + " to draw" : "at most " + std::to_string(from);
  return Refusal{"k", std::to_string(k) + " " + partners + "s for each " + unit + " unit, " +
                          (multapses ? "" : "each at most once (`multapses = false`): ") + allowed};
}

}  // namespace cajal
