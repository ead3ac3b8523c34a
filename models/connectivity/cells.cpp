#include "models/connectivity/cells.hpp"

#include <algorithm>
#include <limits>

namespace cajal {

namespace {

constexpr double units_of_a_cell = 20;

}  // namespace

Cells::Cells(const Positions& units, bool periodic) {
  const std::size_t size = units.values.size() / units.dimensions;
  std::array<double, 3> span{};
  for (std::size_t i = 0; i < units.dimensions; ++i) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t u = 0; u < size; ++u) {
      low = std::min(low, units.of(u)[i]);
      high = std::max(high, units.of(u)[i]);
    }
    if (periodic) {
      low = 0;
      high = axes_[i].extent = units.extent[i];
    }
    axes_[i].low = low;
    span[i] = std::max(0.0, high - low);
  }
  // Cubes, where they fit: the side that gives the number of cells over the axes that have a length.
  const double cells = std::max(1.0, static_cast<double>(size) / units_of_a_cell);
  double volume = 1, axes = 0;
  for (const double s : span)
    if (s > 0) volume *= s, ++axes;
  const double side = axes > 0 ? std::pow(volume / cells, 1 / axes) : 0;
  double room = 4 * cells;
  for (std::size_t i = 0; i < span.size(); ++i) {
    const double count = span[i] > 0 && side > 0 ? std::clamp(std::round(span[i] / side), 1.0, room) : 1;
    axes_[i].count = static_cast<std::size_t>(count);
    axes_[i].width = span[i] / static_cast<double>(axes_[i].count);
    room = std::max(1.0, room / static_cast<double>(axes_[i].count));
  }

  begin_.assign(axes_[0].count * axes_[1].count * axes_[2].count + 1, 0);
  for (std::size_t u = 0; u < size; ++u) ++begin_[cell_of(point(units.of(u))) + 1];
  for (std::size_t c = 1; c < begin_.size(); ++c) begin_[c] += begin_[c - 1];
  std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
  unit_.resize(size);
  point_.resize(size);
  for (std::size_t u = 0; u < size; ++u) {
    const Point p = point(units.of(u));
    const std::size_t at = next[cell_of(p)]++;
    unit_[at] = static_cast<std::uint32_t>(u);
    point_[at] = p;
  }
}

std::size_t Cells::cell_of(const Point& p) const {
  std::size_t cell = 0;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[i];
    const double at = axis.width > 0 ? std::floor((p[i] - axis.low) / axis.width) : 0;
    cell = cell * axis.count + static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(axis.count - 1)));
  }
  return cell;
}

std::vector<Cells::Near> Cells::axis_near(const Axis& axis, double x, double reach) {
  std::vector<Near> out;
  for (std::size_t c = 0; c < axis.count; ++c) {
    const double low = axis.low + static_cast<double>(c) * axis.width, high = low + axis.width;
    double gap = std::max({low - x, 0.0, x - high});
    if (axis.extent > 0)
      for (const double shifted : {x - axis.extent, x + axis.extent})
        gap = std::min(gap, std::max({low - shifted, 0.0, shifted - high}));
    if (gap <= reach) out.push_back({c, gap});
  }
  return out;
}

}  // namespace cajal
