#include "models/inputs/poisson_counts.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "sim/number/pack.hpp"
#include "sim/random_planes.hpp"

namespace cajal {

namespace {

/// Units whose bits fill one register.
constexpr std::size_t lanes = register_bytes / 2;
constexpr std::size_t units_of_planes = 8 * blocks_of_planes;
constexpr std::size_t units_of_rare = 1024;
/// Counters of their own for what is drawn besides: ids of units and blocks are far below.
constexpr std::uint64_t refining = std::uint64_t{1} << 63, scattering = std::uint64_t{1} << 62;
constexpr std::uint16_t largest = 0xffff;

typedef std::uint16_t Shorts __attribute__((vector_size(register_bytes)));

struct Counted {
  Shorts count;
  Shorts reached;  ///< the last threshold reached; bits equal to it decide nothing yet
};

Shorts load(const void* values) {
  Shorts out;
  std::memcpy(&out, values, sizeof(out));
  return out;
}

bool any_equal(Shorts a, Shorts b) {
#if defined(__AVX512BW__)
  return _mm512_cmpeq_epu16_mask((__m512i)a, (__m512i)b) != 0;
#else
  typedef std::uint64_t Longs __attribute__((vector_size(register_bytes)));
  const Longs equal = (Longs)(a == b);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < register_bytes / 8; ++i) bits |= equal[i];
  return bits != 0;
#endif
}

/// Compares with one threshold after another; they stand `distance` apart.
Counted scan(Shorts bits, Shorts base, const std::uint16_t* thresholds, std::size_t distance, std::size_t count) {
  Counted out{base, {}};
  for (std::size_t i = 0; i < count; ++i) {
    const Shorts threshold = load(thresholds + i * distance);
#if defined(__AVX512BW__)
    const __mmask32 passed = _mm512_cmpge_epu16_mask((__m512i)bits, (__m512i)threshold);
    out.count = (Shorts)_mm512_mask_add_epi16((__m512i)out.count, passed, (__m512i)out.count, _mm512_set1_epi16(1));
    out.reached = (Shorts)_mm512_mask_mov_epi16((__m512i)out.reached, passed, (__m512i)threshold);
#else
    const Shorts passed = (Shorts)(bits >= threshold);
    out.count -= passed;
    out.reached = (out.reached & ~passed) | (threshold & passed);
#endif
  }
  return out;
}

#if defined(__AVX512BW__)
/// Halves the table of all thresholds, which stands in one or two registers.
template <bool two>
class Search {
 public:
  Search(const std::uint16_t* sorted, std::size_t size)
      : low_(_mm512_load_si512(sorted)), high_(_mm512_load_si512(sorted + lanes)), half_(std::bit_ceil(size) / 2) {}

  Counted operator()(Shorts bits, Shorts base) const {
    __m512i at = _mm512_setzero_si512();
    for (std::size_t half = half_; half > 0; half /= 2) {
      const __m512i further = _mm512_or_si512(at, _mm512_set1_epi16(static_cast<short>(half)));
      const __mmask32 passed = _mm512_cmpge_epu16_mask((__m512i)bits, threshold(further));
      at = _mm512_mask_mov_epi16(at, passed, further);
    }
    return {(Shorts)at + base, (Shorts)threshold(at)};
  }

 private:
  __m512i threshold(__m512i at) const {
    if constexpr (two) return _mm512_permutex2var_epi16(low_, at, high_);
    return _mm512_maskz_permutexvar_epi16(__mmask32(-1), at, low_);
  }

  __m512i low_, high_;
  std::size_t half_;
};
#endif

/// The counts of the units from `first` on, as far as they lie between `begin` and `end`.
template <class Real>
void store(Shorts count, std::size_t first, std::size_t begin, std::size_t end, Real* out) {
  std::array<std::uint16_t, lanes> counts;
  std::memcpy(&counts, &count, sizeof(counts));
  if (first >= begin && first + lanes <= end) {
    for (std::size_t i = 0; i < lanes; ++i) out[first + i] = static_cast<Real>(counts[i]);
  } else {
    for (std::size_t u = std::max(first, begin); u < std::min(first + lanes, end); ++u)
      out[u] = static_cast<Real>(counts[u - first]);
  }
}

/// Calls use(first unit, bits) for each register of units that has some between `begin` and `end`, with 16 random bits
/// for each unit.
template <class Use>
void each_bits(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t end, Use use) {
  constexpr std::size_t at_once = 8;
  std::array<Planes<std::uint32_t>, at_once> buffer;
  const std::size_t last = (end + units_of_planes - 1) / units_of_planes;
  for (std::size_t group = begin / units_of_planes; group < last; group += at_once) {
    const std::span planes(buffer.data(), std::min(at_once, last - group));
    fill_ids(stream, group * blocks_of_planes, key, planes);
    const std::size_t origin = group * units_of_planes;
    const std::size_t stop = std::min(origin + planes.size() * units_of_planes, end);
    for (std::size_t unit = std::max(origin, begin / lanes * lanes); unit < stop; unit += lanes)
      use(unit, load(reinterpret_cast<const std::byte*>(buffer.data()) + 2 * (unit - origin)));
  }
}

}  // namespace

void PoissonCounts::assign(double mean) {
  means_.clear();
  thresholds_.clear();
  rows_.clear();
  rare_ = mean < rare;
  shared_.assign(rare_ ? units_of_rare * mean : mean);
  if (!rare_) add_rows({&shared_, 1});
  const std::size_t size = rows_.size() + 1;
  sorted_size_ = rare_ || size > sorted_.size() ? 0 : size;
  sorted_.fill(largest);
  sorted_[0] = 0;
  if (sorted_size_ > 0)
    for (std::size_t i = 1; i < size; ++i) sorted_[i] = rows_[i - 1].value[0];
}

PoissonCounts::PoissonCounts(std::span<const double> means) : means_(means.begin(), means.end()) {
  std::array<PoissonDistribution, units_at_once> distributions;
  for (std::size_t unit = 0; unit < means_.size(); unit += units_at_once) {
    for (std::size_t i = 0; i < units_at_once; ++i)
      distributions[i].assign(unit + i < means_.size() ? means_[unit + i] : 0);
    add_rows(distributions);
  }
}

/// One distribution for all units of a pack, or one for each.
void PoissonCounts::add_rows(std::span<const PoissonDistribution> distributions) {
  Thresholds t{{}, rows_.size(), 0};
  std::array<std::vector<std::uint16_t>, units_at_once> leading;
  for (std::size_t i = 0; i < distributions.size(); ++i) {
    const PoissonDistribution& d = distributions[i];
    std::size_t base = d.first();
    for (const std::uint64_t c : d.cumulative()) {
      const auto threshold = static_cast<std::uint16_t>(c >> 48);
      // Nothing is above the largest: one such threshold is enough to tell that more bits must be drawn.
      if (threshold == 0)
        ++base;
      else if (threshold < largest || leading[i].empty() || leading[i].back() < largest)
        leading[i].push_back(threshold);
    }
    t.base.value[i] = static_cast<std::uint16_t>(base);
    t.count = std::max(t.count, leading[i].size());
  }
  for (std::size_t r = 0; r < t.count; ++r) {
    Row row;
    for (std::size_t i = 0; i < distributions.size(); ++i)
      row.value[i] = r < leading[i].size() ? leading[i][r] : largest;
    if (distributions.size() == 1) row.value.fill(row.value[0]);
    rows_.push_back(row);
  }
  if (distributions.size() == 1) t.base.value.fill(t.base.value[0]);
  thresholds_.push_back(t);
}

std::uint32_t PoissonCounts::refined(const Stream& stream, std::uint64_t key, std::size_t unit,
                                     std::uint16_t bits) const {
  const Stream::Block more = stream.bits(refining | unit, key);
  const std::uint64_t uniform = std::uint64_t{bits} << 48 | std::uint64_t{more[0] & 0xffffU} << 32 | more[1];
  if (means_.empty()) return shared_.count(uniform);
  return unit < means_.size() ? PoissonDistribution(means_[unit]).count(uniform) : 0;
}

template <class Real>
void PoissonCounts::draw(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t end, Real* out) const {
  if (rare_) return draw_rare(stream, key, begin, end, out);
  const auto draw_with = [&](auto count) {
    each_bits(stream, key, begin, end, [&](std::size_t first, Shorts bits) {
      const Counted counted = count(first, bits);
      store(counted.count, first, begin, end, out);
      if (!any_equal(bits, counted.reached)) return;
      for (std::size_t u = std::max(first, begin); u < std::min(first + lanes, end); ++u)
        if (bits[u - first] == counted.reached[u - first])
          out[u] = static_cast<Real>(refined(stream, key, u, bits[u - first]));
    });
  };
#if defined(__AVX512BW__)
  if (sorted_size_ > 0) {
    const Shorts base = load(&thresholds_[0].base);
    const auto search_with = [&](auto search) {
      draw_with([search, base](std::size_t, Shorts bits) { return search(bits, base); });
    };
    return sorted_size_ <= lanes ? search_with(Search<false>(sorted_.data(), sorted_size_))
                                 : search_with(Search<true>(sorted_.data(), sorted_size_));
  }
#endif
  draw_with([this](std::size_t first, Shorts bits) {
    const Thresholds& t = thresholds_[means_.empty() ? 0 : first / units_at_once];
    const std::size_t lane = first % units_at_once;
    return scan(bits, load(&t.base.value[lane]), &rows_[t.first].value[lane], units_at_once, t.count);
  });
}

template <class Real>
void PoissonCounts::draw_rare(const Stream& stream, std::uint64_t key, std::size_t begin, std::size_t end,
                              Real* out) const {
  std::fill(out + begin, out + end, Real(0));
  if (shared_.mean() == 0) return;
  for (std::size_t group = begin / units_of_rare; group * units_of_rare < end; ++group) {
    const std::uint64_t id = scattering | std::uint64_t{group} << 20;
    Stream::Block bits = stream.bits(id, key);
    const std::uint32_t count = shared_.count(std::uint64_t{bits[0]} << 32 | bits[1]);
    for (std::uint32_t i = 0; i < count; ++i) {
      // The first two words of the first block are used.
      const std::uint32_t word = i + 2;
      if (word % 4 == 0) bits = stream.bits(id + word / 4, key);
      const std::size_t unit = group * units_of_rare + bits[word % 4] % units_of_rare;
      if (unit >= begin && unit < end) out[unit] += Real(1);
    }
  }
}

template void PoissonCounts::draw(const Stream&, std::uint64_t, std::size_t, std::size_t, float*) const;
template void PoissonCounts::draw(const Stream&, std::uint64_t, std::size_t, std::size_t, double*) const;

}  // namespace cajal
