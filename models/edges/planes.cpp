#include "models/edges/planes.hpp"

#include <fmt/format.h>

#include "sim/config/value.hpp"

namespace cajal {

namespace {

constexpr std::int64_t largest_extent = 1 << 20;

}  // namespace

std::optional<Planes> read_planes(const config::Table& table, const Shape& source, int dimensions) {
  const std::size_t n = source.size();
  if (dimensions == 2 && n == 3) return Planes{source[0], source[1], source[2]};
  if (dimensions == 2 && n == 2) return Planes{1, source[0], source[1]};
  if (dimensions == 1 && n == 2) return Planes{source[0], 1, source[1]};
  if (dimensions == 1 && n == 1) return Planes{1, 1, source[0]};
  table.error(
      "from",
      fmt::format("a source of shape {{{}}}; {} is needed: its `shape` can say so", fmt::join(source, ", "),
                  dimensions == 2 ? "{channels, height, width} or {height, width}" : "{channels, length} or {length}"));
  return std::nullopt;
}

Shape planes_shape(std::size_t channels, std::size_t height, std::size_t width, int dimensions) {
  return dimensions == 2 ? Shape{channels, height, width} : Shape{channels, width};
}

std::array<std::size_t, 2> read_extent(const config::Table& table, std::string_view key, std::size_t fallback,
                                       std::size_t low, int dimensions) {
  const std::size_t other = low == 0 ? 0 : 1;  // of the direction that one dimension does not have
  const config::Value* given = table.peek(key);
  const auto least = static_cast<std::int64_t>(low);
  if (!given || given->kind != config::Value::Kind::array) {
    const auto n =
        static_cast<std::size_t>(table.integer(key, static_cast<std::int64_t>(fallback), least, largest_extent));
    return {dimensions == 2 ? n : other, n};
  }
  const std::size_t errors = table.diagnostics().size();
  const std::vector<double> list = table.numbers(key, "");
  if (table.diagnostics().size() > errors) return {fallback, fallback};
  bool good = list.size() == static_cast<std::size_t>(dimensions);
  for (const double n : list)
    good = good && n >= static_cast<double>(low) && n <= static_cast<double>(largest_extent) &&
           n == static_cast<double>(static_cast<std::int64_t>(n));
  if (!good) {
    table.error(key, fmt::format("expected {} whole numbers of at least {}{}", dimensions, low,
                                 dimensions == 2 ? ", height and width, or one for both" : ""));
    return {fallback, fallback};
  }
  const auto last = static_cast<std::size_t>(list.back());
  return {dimensions == 2 ? static_cast<std::size_t>(list[0]) : other, last};
}

std::vector<std::uint32_t> count_fans(const Convolution& c, bool back) {
  const auto along = [back](std::size_t size, std::size_t kernel, std::size_t stride, std::size_t padding,
                            std::size_t dilation, std::size_t out) {
    std::vector<std::uint32_t> met(back ? out : size, 0);
    for (std::size_t o = 0; o < out; ++o)
      for (std::size_t k = 0; k < kernel; ++k) {
        const std::size_t at = o * stride + k * dilation;
        if (at >= padding && at - padding < size) ++met[back ? o : at - padding];
      }
    return met;
  };
  const auto rows = along(c.height, c.kernel_h, c.stride_h, c.padding_h, c.dilation_h, c.out_height());
  const auto columns = along(c.width, c.kernel_w, c.stride_w, c.padding_w, c.dilation_w, c.out_width());
  const auto planes = static_cast<std::uint32_t>((back ? c.channels : c.filters) / c.groups);
  std::vector<std::uint32_t> fans;
  for (std::size_t plane = 0; plane < (back ? c.filters : c.channels); ++plane)
    for (const std::uint32_t r : rows)
      for (const std::uint32_t w : columns) fans.push_back(planes * r * w);
  return fans;
}

std::vector<std::uint32_t> count_fans(const Convolution& c, bool back, const std::vector<double>& weight) {
  const std::size_t out_h = c.out_height(), out_w = c.out_width(), taps = c.kernel_h * c.kernel_w;
  const std::size_t group_channels = c.channels / c.groups, group_filters = c.filters / c.groups;
  // By plane of the side that is counted and tap: weights that are not zero.
  std::vector<std::uint32_t> nonzero((back ? c.filters : c.channels) * taps, 0);
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const std::size_t filter = i / (group_channels * taps), channel = i / taps % group_channels;
    const std::size_t plane = back ? filter : filter / group_filters * group_channels + channel;
    nonzero[plane * taps + i % taps] += weight[i] != 0;
  }
  const std::size_t height = back ? out_h : c.height, width = back ? out_w : c.width;
  std::vector<std::uint32_t> fans(nonzero.size() / taps * height * width, 0);
  for (std::size_t tap = 0; tap < taps; ++tap)
    for (std::size_t row = 0; row < out_h; ++row)
      for (std::size_t column = 0; column < out_w; ++column) {
        const std::size_t y = row * c.stride_h + tap / c.kernel_w * c.dilation_h;
        const std::size_t x = column * c.stride_w + tap % c.kernel_w * c.dilation_w;
        if (y < c.padding_h || y - c.padding_h >= c.height || x < c.padding_w || x - c.padding_w >= c.width) continue;
        const std::size_t at = back ? row * width + column : (y - c.padding_h) * width + (x - c.padding_w);
        for (std::size_t plane = 0; plane < nonzero.size() / taps; ++plane)
          fans[plane * height * width + at] += nonzero[plane * taps + tap];
      }
  return fans;
}

}  // namespace cajal
