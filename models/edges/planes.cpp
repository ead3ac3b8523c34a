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

}  // namespace cajal
