#include <algorithm>

#include "sim/convolution_blocks.hpp"
#include "sim/number/transpose.hpp"

namespace cajal::convolution {

using namespace detail;

namespace {

/// Filters whose weights are one task, and how many taps at least (where there are as many).
constexpr std::size_t tile_filters = 32;
constexpr std::size_t tile_taps = 128;

/// Registers of filters that are worked on side by side, and taps that fit the processor's registers beside them.
constexpr int columns = 2;
constexpr int most_taps = register_bytes == 64 ? 9 : 6;

/// How the weights are cut into tasks.
struct Tiles {
  std::size_t group_filters, filter_blocks, channels, channel_blocks;

  explicit Tiles(const Convolution& c)
      : group_filters(c.filters / c.groups),
        filter_blocks((group_filters + tile_filters - 1) / tile_filters),
        channels(c.channels / c.groups),
        channel_blocks(std::max<std::size_t>(1, c.taps() / tile_taps)) {
    channel_blocks = std::min(channel_blocks, channels);
  }
};

struct Tile {
  std::size_t group, first_filter, filters;  ///< filters counted in the group
  std::size_t first_channel, channels;       ///< channels counted in the group

  Tile(const Convolution& c, std::size_t tile) {
    const Tiles cut(c);
    const std::size_t block = tile / cut.channel_blocks % cut.filter_blocks, part = tile % cut.channel_blocks;
    group = tile / cut.channel_blocks / cut.filter_blocks;
    first_filter = block * tile_filters;
    filters = std::min(tile_filters, cut.group_filters - first_filter);
    first_channel = cut.channels * part / cut.channel_blocks;
    channels = cut.channels * (part + 1) / cut.channel_blocks - first_channel;
  }
};

bool has_margins(const Convolution& c) { return c.padding_h + c.padding_w > 0; }
std::size_t margin_height(const Convolution& c) { return c.height + 2 * c.padding_h; }
std::size_t margin_width(const Convolution& c) { return c.width + 2 * c.padding_w; }
std::size_t most_channels(const Convolution& c) {
  const Tiles cut(c);
  return (cut.channels + cut.channel_blocks - 1) / cut.channel_blocks;
}
std::size_t margins_size(const Convolution& c) {
  return has_margins(c) ? padded(most_channels(c) * margin_height(c) * margin_width(c)) : 0;
}

/// Planes [filter][pixel] as [pixel][tile_filters], 0 beyond the filters (as far as whole registers go).
template <class Real>
void pixels_first(const Real* g, std::size_t filters, std::size_t pixels, Real* to) {
  constexpr std::size_t n = lanes<Real>;
  Wide<Real> rows[n];
  for (std::size_t f = 0; f < filters; f += n, g += n * pixels, to += n)
    for (std::size_t p = 0; p < pixels; p += n) {
      const std::size_t height = std::min(n, filters - f), width = std::min(n, pixels - p);
      if (width == n) {
        for (std::size_t i = 0; i < n; ++i) rows[i] = i < height ? Wide<Real>::load(g + i * pixels + p) : zero<Real>();
        transpose_square(rows);
        for (std::size_t i = 0; i < n; ++i) rows[i].store(to + (p + i) * tile_filters);
        continue;
      }
      alignas(64) Real block[n * n] = {};
      for (std::size_t i = 0; i < height; ++i) std::copy_n(g + i * pixels + p, width, block + i * n);
      for (std::size_t i = 0; i < n; ++i) rows[i] = Wide<Real>::load(block + i * n);
      transpose_square(rows);
      for (std::size_t i = 0; i < width; ++i) rows[i].store(to + (p + i) * tile_filters);
    }
}

template <class Real>
void copy_with_margins(const Convolution& c, const Real* x, std::size_t planes, Real* to) {
  const std::size_t pitch = margin_width(c), plane = margin_height(c) * pitch;
  for (std::size_t i = 0; i < planes; ++i)
    copy_rows<Real>({x + i * c.height * c.width, c.width, 1},
                    {to + i * plane + c.padding_h * pitch + c.padding_w, pitch, 1}, c.height, c.width,
                    dense::Store::set);
}

/// Some taps and registers of filters, over the pixels of one sample.
template <class Real>
struct PixelSum {
  const Real* x;
  const std::size_t* offsets;
  std::size_t pitch, step, rows, pixels;  ///< of the output: distance of rows and pixels in x, how many of both
  const Real* g;                          ///< [pixel][tile_filters]
  Real* sum;                              ///< [tap][tile_filters], to which the sums are added
};

template <int taps, int registers, class Real>
[[gnu::noinline]] void sum_pixels(const PixelSum<Real>& of) {
  Wide<Real> sum[taps][registers];
  const Real* x[taps];
#pragma GCC unroll 16
  for (int i = 0; i < taps; ++i) {
    x[i] = of.x + of.offsets[i];
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j) sum[i][j] = zero<Real>();
  }
  const Real* g = of.g;
  const std::size_t step = of.step, row_end = of.pixels * step, next_row = of.pitch - row_end;
  std::size_t at = 0;
  for (std::size_t row = 0; row < of.rows; ++row, at += next_row)
    for (const std::size_t end = at + row_end; at != end; at += step, g += tile_filters) {
      Wide<Real> b[registers];
#pragma GCC unroll 2
      for (int j = 0; j < registers; ++j) b[j] = Wide<Real>::load(g + j * lanes<Real>);
#pragma GCC unroll 16
      for (int i = 0; i < taps; ++i) {
        const Wide<Real> a = broadcast(x[i][at]);
#pragma GCC unroll 2
        for (int j = 0; j < registers; ++j) sum[i][j] = fma(a, b[j], sum[i][j]);
      }
    }
#pragma GCC unroll 16
  for (int i = 0; i < taps; ++i)
#pragma GCC unroll 2
    for (int j = 0; j < registers; ++j) {
      Real* to = of.sum + static_cast<std::size_t>(i) * tile_filters + static_cast<std::size_t>(j) * lanes<Real>;
      (Wide<Real>::load(to) + sum[i][j]).store(to);
    }
}

/// All taps of a tile, over the pixels of one sample.
template <class Real>
void sum_sample(PixelSum<Real> of, std::span<const std::size_t> offsets, std::size_t filters) {
  const Real* const g = of.g;
  Real* const sums = of.sum;
  const std::size_t blocks = (offsets.size() + most_taps - 1) / most_taps;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::size_t first = offsets.size() * i / blocks, count = offsets.size() * (i + 1) / blocks - first;
    of.offsets = offsets.data() + first;
    for (std::size_t f = 0; f < filters; f += columns * lanes<Real>) {
      of.g = g + f;
      of.sum = sums + first * tile_filters + f;
      with_constant<most_taps>(static_cast<int>(count), [&](auto taps) {
        if (filters - f > lanes<Real>)
          sum_pixels<taps, columns>(of);
        else
          sum_pixels<taps, 1>(of);
      });
    }
  }
}

/// The weights of a tile in the panels, eight at a time: use(place in the panels, place in [tap][tile_filters]).
template <class Real, class Use>
void each_eight(const Convolution& c, const Tile& tile, Real* panels, Real* sums, Use use) {
  const std::size_t kernel = c.kernel_h * c.kernel_w, first = tile.group * (c.filters / c.groups) + tile.first_filter;
  for (std::size_t f = 0; f < tile.filters; f += panel_width) {
    Real* const panel = panels + panels_index(c, first + f, tile.first_channel * kernel);
    for (std::size_t k = 0; k < tile.channels * kernel; ++k)
      use(panel + k * panel_width, sums + k * tile_filters + f, std::min(panel_width, tile.filters - f));
  }
}

/// Offsets of the taps of a tile in planes of the given size.
std::vector<std::size_t> tap_offsets(const Convolution& c, std::size_t channels, std::size_t height,
                                     std::size_t width) {
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < channels; ++i)
    for (std::size_t y = 0; y < c.kernel_h; ++y)
      for (std::size_t x = 0; x < c.kernel_w; ++x)
        offsets.push_back((i * height + y * c.dilation_h) * width + x * c.dilation_w);
  return offsets;
}

}  // namespace

std::size_t tiles(const Convolution& c) {
  const Tiles cut(c);
  return c.groups * cut.filter_blocks * cut.channel_blocks;
}

template <class Real>
std::size_t gradient_scratch_size(const Convolution& c) {
  return margins_size(c) + (c.out_height() * c.out_width() + most_channels(c) * c.kernel_h * c.kernel_w) * tile_filters;
}

template <class Real>
void weight_gradient(const Convolution& c, std::span<const Real* const> x, std::span<const Real* const> g,
                     std::size_t tile_number, Real* gradient, bool proceed, std::span<Real> scratch) {
  const Tile tile(c, tile_number);
  const bool margins = has_margins(c);
  const std::size_t height = margin_height(c), width = margin_width(c), pixels = c.out_height() * c.out_width();
  const std::vector<std::size_t> offsets = tap_offsets(c, tile.channels, height, width);
  const std::size_t first_channel = tile.group * (c.channels / c.groups) + tile.first_channel;
  const std::size_t first_filter = tile.group * (c.filters / c.groups) + tile.first_filter;
  Real* const padded_planes = scratch.data();
  Real* const turned = padded_planes + margins_size(c);
  Real* const sums = turned + pixels * tile_filters;
  if (margins) std::fill(padded_planes, turned, Real(0));
  std::fill_n(sums, offsets.size() * tile_filters, Real(0));
  if (proceed)
    each_eight(c, tile, gradient, sums,
               [](const Real* from, Real* to, std::size_t) { std::copy_n(from, panel_width, to); });
  for (std::size_t b = 0; b < x.size(); ++b) {
    const Real* planes = x[b] + first_channel * c.height * c.width;
    if (margins) copy_with_margins(c, planes, tile.channels, padded_planes);
    pixels_first(g[b] + first_filter * pixels, tile.filters, pixels, turned);
    sum_sample<Real>({margins ? padded_planes : planes, nullptr, c.stride_h * width, c.stride_w, c.out_height(),
                      c.out_width(), turned, sums},
                     offsets, tile.filters);
  }
  each_eight(c, tile, gradient, sums, [](Real* to, const Real* from, std::size_t filters) {
    std::copy_n(from, panel_width, to);
    std::fill(to + filters, to + panel_width, Real(0));
  });
}

template <class Real>
void bias_gradient(std::size_t planes, std::size_t pixels, std::span<const Real* const> g, Real* sum, bool proceed) {
  constexpr std::size_t width = 16, n = lanes<Real>, registers = width / n;
  if (!proceed) std::fill_n(sum, planes, Real(0));
  for (const Real* row : g)
    for (std::size_t f = 0; f < planes; ++f, row += pixels) {
      Wide<Real> sums[registers];
      std::ranges::fill(sums, zero<Real>());
      std::size_t p = 0;
      for (; p + width <= pixels; p += width)
        for (std::size_t j = 0; j < registers; ++j) sums[j] += Wide<Real>::load(row + p + j * n);
      alignas(64) Real parts[width];
      for (std::size_t j = 0; j < registers; ++j) sums[j].store(parts + j * n);
      for (std::size_t i = 0; p + i < pixels; ++i) parts[i] += row[p + i];
      for (std::size_t half = width / 2; half > 0; half /= 2)
        for (std::size_t i = 0; i < half; ++i) parts[i] += parts[i + half];
      sum[f] += parts[0];
    }
}

template std::size_t gradient_scratch_size<float>(const Convolution&);
template std::size_t gradient_scratch_size<double>(const Convolution&);
template void weight_gradient<float>(const Convolution&, std::span<const float* const>, std::span<const float* const>,
                                     std::size_t, float*, bool, std::span<float>);
template void weight_gradient<double>(const Convolution&, std::span<const double* const>,
                                      std::span<const double* const>, std::size_t, double*, bool, std::span<double>);
template void bias_gradient<float>(std::size_t, std::size_t, std::span<const float* const>, float*, bool);
template void bias_gradient<double>(std::size_t, std::size_t, std::span<const double* const>, double*, bool);

}  // namespace cajal::convolution
