#include "sim/connect/static_store.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cajal {

namespace {

/// sum_j += factor weight_j for the places of a block. Four places are read at once: what the processor waits for is
/// the memory, and the fewer instructions stand between two waits the more of them overlap.
template <class Real, class Weight>
inline void add(const std::uint16_t* place, std::size_t count, const Weight& weight, Real factor, Real* window) {
  std::size_t i = 0;
  if (factor == Real(1)) {
    for (; i + 4 <= count; i += 4) {
      std::uint64_t four;
      std::memcpy(&four, place + i, sizeof(four));
      window[four & 0xffff] += weight(i);
      window[four >> 16 & 0xffff] += weight(i + 1);
      window[four >> 32 & 0xffff] += weight(i + 2);
      window[four >> 48] += weight(i + 3);
    }
    for (; i < count; ++i) window[place[i]] += weight(i);
  } else {
    for (; i < count; ++i) window[place[i]] = std::fma(factor, weight(i), window[place[i]]);
  }
}

/// The first lines of a block; what follows the processor fetches by itself.
inline void prefetch_lines(const std::byte* block, std::size_t bytes) {
  constexpr std::size_t line = 64, most = 512;
  const std::size_t last = std::min(bytes, most) - 1;
  for (std::size_t i = 0; i <= last; i += line) __builtin_prefetch(block + i, 0, 1);
  __builtin_prefetch(block + last, 0, 1);
}

}  // namespace

template <class Real>
std::size_t StaticStore<Real>::memory() const {
  std::size_t sum = used_;
  for (const auto& family : families_) {
    sum += family.rows.capacity() * sizeof(family.rows[0]);
    for (const auto& chunk : family.segments) sum += chunk.capacity() * sizeof(StaticSegment);
  }
  return sum;
}

template <class Real>
void StaticStore<Real>::prefetch_row(std::size_t source, std::uint32_t unit) const {
  for (const std::size_t f : families_of_[source]) __builtin_prefetch(&families_[f].rows[unit]);
}

template <class Real>
void StaticStore<Real>::prefetch(std::size_t source, std::uint32_t unit) const {
  for (const std::size_t f : families_of_[source]) {
    const auto& row = families_[f].rows[unit];
    const auto* const first = reinterpret_cast<const std::byte*>(row.first);
    if (row.count > 0) prefetch_lines(first, row.count * sizeof(StaticSegment));
  }
}

template <class Real>
void StaticStore<Real>::schedule(std::size_t source, std::int64_t step, std::uint32_t unit, Real value, Wheel& wheel,
                                 std::int64_t earliest) const {
  const std::int64_t now = wheel.slot(step);
  for (const std::size_t f : families_of_[source]) {
    const auto& row = families_[f].rows[unit];
    for (const StaticSegment* s = row.first; s != row.first + row.count; ++s) {
      if (step + s->delay < earliest) continue;
      wheel.list(wheel.later(now, s->delay), f)
          .push_back({s->begin, s->count, static_cast<std::uint16_t>(s->window), value});
    }
  }
}

template <class Real>
std::uint64_t StaticStore<Real>::drain(std::int64_t step, int group, const Arena<Real>& arena, Wheel& wheel) const {
  constexpr std::size_t ahead = 8;
  std::uint64_t delivered = 0;
  Real* const row = arena.row(step, part_);
  const std::int64_t slot = wheel.slot(step);
  const std::byte* const memory = memory_.data();
  for (std::size_t f = 0; f < families_.size(); ++f) {
    const StaticFamily<Real>& family = families_[f];
    if (family.group != group) continue;
    auto& entries = wheel.list(slot, f);
    const auto block = [&](const SentBlock<Real>& e) { return memory + std::size_t{e.begin} * 4; };
    const std::size_t n = entries.size();
    for (std::size_t k = 0; k < std::min(ahead, n); ++k)
      prefetch_lines(block(entries[k]), bytes_of(family, entries[k].count));
    for (std::size_t k = 0; k < n; ++k) {
      if (k + ahead < n) prefetch_lines(block(entries[k + ahead]), bytes_of(family, entries[k + ahead].count));
      const SentBlock<Real> e = entries[k];
      Real* const window = row + std::size_t{e.window} * Arena<Real>::window_size;
      delivered += e.count;
      if (family.one_weight) {
        add(
            reinterpret_cast<const std::uint16_t*>(block(e)), e.count, [w = family.weight](std::size_t) { return w; },
            e.factor, window);
      } else {
        if (plastic(family))
          family.plastic->rule->arrive(step, header_of(e.begin).number, e.factor,
                                       block_of(family, e.begin, e.count, e.window));
        const auto* const weight =
            reinterpret_cast<const Real*>(block(e) + (family.plastic ? sizeof(PlasticHeader) : 0));
        add(
            reinterpret_cast<const std::uint16_t*>(weight + e.count), e.count,
            [weight](std::size_t i) { return weight[i]; }, e.factor, window);
      }
    }
    entries.clear();
  }
  return delivered;
}

template <class Real>
PlasticHeader StaticStore<Real>::header_of(std::size_t begin) const {
  PlasticHeader header;
  std::memcpy(&header, memory_.data() + begin * 4, sizeof(header));
  return header;
}

template <class Real>
SynapseBlock<Real> StaticStore<Real>::block_of(const StaticFamily<Real>& family, std::size_t begin, std::size_t count,
                                               std::size_t window) const {
  auto* const weight = reinterpret_cast<Real*>(memory_.data() + begin * 4 + sizeof(PlasticHeader));
  SynapseBlock<Real> out;
  out.part = part_;
  const PlasticHeader header = header_of(begin);
  out.source = header.source;
  out.delay = header.delay;
  out.weight = {weight, count};
  out.place = reinterpret_cast<const std::uint16_t*>(weight + count);
  out.origin = static_cast<std::int32_t>(static_cast<std::uint32_t>(window) * Arena<Real>::window_size - family.offset);
  return out;
}

template <class Real>
std::optional<PlasticPart<Real>> StaticStore<Real>::plastic(const SparseEdge<Real>& edge, std::size_t parts) const {
  const auto found =
      std::find_if(families_.begin(), families_.end(), [&](const auto& family) { return family.plastic == &edge; });
  if (found == families_.end()) return std::nullopt;
  const StaticFamily<Real>& family = *found;
  PlasticPart<Real> out{part_, parts, family.plastic, family.blocks, {}, {}};
  const auto units = Slice{0, 1, part_, parts}.units(padded(edge.to->size()));
  out.units = {std::min(units.begin, edge.to->size()), std::min(units.end, edge.to->size())};
  out.each = [this, &family](const typename PlasticPart<Real>::Visit& visit) {
    for (const auto& row : family.rows)
      for (const StaticSegment* s = row.first; s != row.first + row.count; ++s)
        visit(header_of(s->begin).number, block_of(family, s->begin, s->count, s->window));
  };
  return out;
}

template class StaticStore<float>;
template class StaticStore<double>;

}  // namespace cajal
