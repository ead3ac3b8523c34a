#include <algorithm>
#include <cmath>

#include "analysis/report/html.hpp"
#include "analysis/report/picture.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::size_t most_columns = 400;

/// Which columns are drawn: every k-th.
std::vector<std::size_t> shown_columns(std::size_t all) {
  const std::size_t step = (all + most_columns - 1) / most_columns;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < all; i += step) shown.push_back(i);
  return shown;
}

}  // namespace

std::string heat_map(const HeatMap& map) {
  if (map.columns.empty() || map.columns.front().empty() || !(map.x_high > map.x_low) || !(map.y_high > map.y_low))
    return "<p class=\"note\">No values.</p>";
  const std::vector<std::size_t> shown = shown_columns(map.columns.size());
  const std::size_t width = shown.size(), height = map.columns.front().size();
  double most = 0;
  for (const std::size_t i : shown)
    for (const double v : map.columns[i])
      if (std::isfinite(v)) most = std::max(most, v);
  std::vector<std::uint8_t> pixels(width * height, 0);
  for (std::size_t x = 0; x < width; ++x)
    for (std::size_t y = 0; y < std::min(height, map.columns[shown[x]].size()); ++y) {
      const double v = map.columns[shown[x]][y];
      if (most > 0 && v > 0)
        pixels[(height - 1 - y) * width + x] =
            static_cast<std::uint8_t>(std::lround(255 * std::sqrt(std::min(1.0, v / most))));
    }
  const double left = 58, right = 440, top = 12, bottom = 200;
  Axes axes{map.x_name, map.y_name, {map.x_low, map.x_high, left, right}, {map.y_low, map.y_high, bottom, top}};
  axes.grid = false;
  Svg svg(460, bottom + 42, map.description);
  svg.image(left, top, right - left, bottom - top, png_address(pixels, width, height, sequential()), "picture");
  draw(svg, axes);
  return svg.str();
}

}  // namespace cajal::analysis::report
