#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "sim/dense_blocks.hpp"
#include "sim/number/scratch.hpp"

namespace cajal::dense {

using namespace detail;

namespace {

/// Distance of packed rows: no power of two, whose multiples would share a few sets of the cache.
constexpr std::size_t packed_width = row_block + 16;

/// A block of the weight gradient: some inputs, one panel (or half), some rows.
template <class Real>
struct GradientBlock {
  const Real* const* x;  ///< the rows in place, or
  const Real* packed_x;  ///< [row][packed_width]
  std::size_t first_input;
  const Real* packed_g;  ///< [row][panel_width]
  std::size_t count;
  Real* gradient;
  bool proceed;
};

template <int rows, int registers, bool packed, class Real>
void gradient_block(const GradientBlock<Real>& block) {
  constexpr std::size_t width = panel_width<Real>;
  Wide<Real> sum[rows][registers];
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j)
      sum[i][j] = block.proceed ? Wide<Real>::load(block.gradient + i * width + j * lanes<Real>) : zero<Real>();
  }
  const std::size_t count = block.count, first_input = block.first_input;
  const Real* const* in_place = block.x;
  const Real* x = packed ? block.packed_x + first_input : nullptr;
  const Real* g = block.packed_g;
  for (std::size_t r = 0; r < count; ++r, g += width) {
    if constexpr (!packed) x = in_place[r] + first_input;
    Wide<Real> b[registers];
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j) b[j] = Wide<Real>::load(g + j * lanes<Real>);
#pragma GCC unroll 8
    for (int i = 0; i < rows; ++i) {
      const Wide<Real> a = broadcast(x[i]);
#pragma GCC unroll 2
      for (int j = 0; j < registers; ++j) sum[i][j] = fma(a, b[j], sum[i][j]);
    }
    if constexpr (packed) x += packed_width;
  }
  Real* out = block.gradient;
#pragma GCC unroll 8
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j) sum[i][j].store(out + i * width + j * lanes<Real>);
  }
}

/// A row in which one input was not zero, and its value there.
template <class Real>
struct Event {
  std::uint32_t row;
  Real value;
};

/// The gradient of one input's weights by its events, over several panels side by side.
template <class Real>
struct GradientRow {
  std::span<const Event<Real>> events;
  const Real* const* g;
  std::size_t input, column, inputs;
  Real* gradient;
  bool proceed;
};

template <int registers, class Real>
void gradient_row(const GradientRow<Real>& row) {
  Wide<Real> sum[registers];
  Real* out[registers];
#pragma GCC unroll 8
  for (int j = 0; j < registers; ++j) {
    out[j] = row.gradient + panels_index<Real>(row.input, row.column + j * lanes<Real>, row.inputs);
    sum[j] = row.proceed ? Wide<Real>::load(out[j]) : zero<Real>();
  }
  for (const Event<Real>& event : row.events) {
    const Real* g = row.g[event.row] + row.column;
    const Wide<Real> a = broadcast(event.value);
#pragma GCC unroll 8
    for (int j = 0; j < registers; ++j) sum[j] = fma(a, Wide<Real>::load(g + j * lanes<Real>), sum[j]);
  }
#pragma GCC unroll 8
  for (int j = 0; j < registers; ++j) sum[j].store(out[j]);
}

/// Copies a block of columns of some rows side by side: read in place they would miss the cache and straddle its lines.
template <class Real>
void pack(std::span<const Real* const> rows, std::size_t column, std::size_t width, std::size_t stride, Real* to) {
  for (std::size_t r = 0; r < rows.size(); ++r, to += stride)
    for (std::size_t i = 0; i < width; i += lanes<Real>) Wide<Real>::load(rows[r] + column + i).store(to + i);
}

template <class Real>
void gradient_dense(std::span<const Real* const> x, std::span<const Real* const> g, Slice::Range inputs_range,
                    Slice::Range outputs, std::size_t inputs, Real* gradient, bool proceed) {
  const std::size_t begin = inputs_range.begin, height = inputs_range.end - begin;
  const bool packed = outputs.end - outputs.begin >= 4 * panel_width<Real>;  // else not read often enough
  alignas(64) Real packed_x[row_block * packed_width], packed_g[row_block * panel_width<Real>];
  if (packed) pack<Real>(x, begin, height, packed_width, packed_x);
  each_panel<Real>(outputs, [&](auto registers, std::size_t column) {
    pack<Real>(g, column, registers * lanes<Real>, panel_width<Real>, packed_g);
    each_row_block(height, [&](auto rows, std::size_t first) {
      GradientBlock<Real> block{x.data(), packed_x, first,
                                packed_g, x.size(), gradient + panels_index<Real>(begin + first, column, inputs),
                                proceed};
      if (packed) return gradient_block<rows, registers, true>(block);
      block.first_input += begin;
      gradient_block<rows, registers, false>(block);
    });
  });
}

constexpr std::size_t event_rows = 512;

/// For each of at most `row_block` inputs the rows in which it was active, in ascending order. One at a time in a
/// thread.
template <class Real>
class EventTable {
 public:
  /// For at most `rows` rows.
  explicit EventTable(std::size_t rows)
      : most_(rows * row_block / sparse_below),
        events_(scratch<EventTable, Event<Real>>(most_)),
        places_(scratch<EventTable, std::uint32_t>(most_ + row_block + 16)) {}

  /// False if there are so many events that going through them does not pay.
  bool fill(std::span<const Real* const> x, Slice::Range inputs) {
    std::array<std::uint32_t, event_rows> counts;
    std::size_t total = 0;
    const std::size_t width = inputs.end - inputs.begin, most = x.size() * width / sparse_below;
    for (std::size_t r = 0; r < x.size(); ++r) {
      counts[r] = static_cast<std::uint32_t>(list_nonzero(x[r] + inputs.begin, width, places_.data() + total));
      total += counts[r];
      if (total > most) return false;
    }
    begin_.fill(0);
    for (std::size_t i = 0; i < total; ++i) ++begin_[places_[i] + 2];
    for (std::size_t k = 2; k < begin_.size(); ++k) begin_[k] += begin_[k - 1];
    const std::uint32_t* place = places_.data();
    for (std::size_t r = 0; r < x.size(); ++r)
      for (const std::uint32_t* end = place + counts[r]; place < end; ++place)
        events_[begin_[*place + 1]++] = {static_cast<std::uint32_t>(r), x[r][inputs.begin + *place]};
    return true;
  }
  /// Of the input that is k-th in the range.
  std::span<const Event<Real>> of(std::size_t k) const {
    return {events_.data() + begin_[k], events_.data() + begin_[k + 1]};
  }

 private:
  std::size_t most_;
  std::span<Event<Real>> events_;
  std::span<std::uint32_t> places_;
  std::array<std::uint32_t, row_block + 2> begin_;
};

template <class Real>
void gradient_events(const EventTable<Real>& table, std::span<const Real* const> g, Slice::Range inputs_range,
                     Slice::Range outputs, std::size_t inputs, Real* gradient, bool proceed) {
  each_group<Real>(outputs, [&](auto registers, std::size_t column) {
    for (std::size_t k = inputs_range.begin; k < inputs_range.end; ++k)
      gradient_row<registers>(
          GradientRow<Real>{table.of(k - inputs_range.begin), g.data(), k, column, inputs, gradient, proceed});
  });
}

}  // namespace

template <class Real>
void weight_gradient(std::span<const Real* const> x, std::span<const Real* const> g, Slice::Range rows,
                     Slice::Range outputs, std::size_t inputs, Real* gradient, bool proceed, Inputs kind) {
  const std::size_t rows_at_once = kind == Inputs::sparse ? event_rows : row_block;
  std::optional<EventTable<Real>> table;
  if (kind == Inputs::sparse) table.emplace(std::min(event_rows, x.size()));
  for (std::size_t k = rows.begin; k < rows.end; k += row_block) {
    const Slice::Range range{k, std::min(rows.end, k + row_block)};
    std::size_t r = 0;
    do {
      const std::size_t count = std::min(rows_at_once, x.size() - r);
      const auto some_x = x.subspan(r, count), some_g = g.subspan(r, count);
      if (table && table->fill(some_x, range)) {
        gradient_events(*table, some_g, range, outputs, inputs, gradient, proceed || r > 0);
      } else {
        std::size_t at = 0;
        do {
          const std::size_t part = std::min(row_block, count - at);
          gradient_dense(some_x.subspan(at, part), some_g.subspan(at, part), range, outputs, inputs, gradient,
                         proceed || r + at > 0);
          at += part;
        } while (at < count);
      }
      r += count;
    } while (r < x.size());
  }
}

template <class Real>
void sum_rows(std::span<const Real* const> g, Slice::Range outputs, Real* sum, bool proceed) {
  each_group<Real>(outputs, [&](auto registers, std::size_t column) {
    std::array<Wide<Real>, registers> total;
    for (int j = 0; j < registers; ++j)
      total[j] = proceed ? Wide<Real>::load(sum + column + j * lanes<Real>) : zero<Real>();
    for (const Real* row : g)
      for (int j = 0; j < registers; ++j) total[j] += Wide<Real>::load(row + column + j * lanes<Real>);
    for (int j = 0; j < registers; ++j) total[j].store(sum + column + j * lanes<Real>);
  });
}

template void weight_gradient<float>(std::span<const float* const>, std::span<const float* const>, Slice::Range,
                                     Slice::Range, std::size_t, float*, bool, Inputs);
template void weight_gradient<double>(std::span<const double* const>, std::span<const double* const>, Slice::Range,
                                      Slice::Range, std::size_t, double*, bool, Inputs);
template void sum_rows<float>(std::span<const float* const>, Slice::Range, float*, bool);
template void sum_rows<double>(std::span<const double* const>, Slice::Range, double*, bool);

}  // namespace cajal::dense
