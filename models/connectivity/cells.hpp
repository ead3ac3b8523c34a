#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/positions.hpp"

namespace cajal {

/// Units sorted into a grid of equal cells of some twenty units, so that those near a point are found without a look at
/// all the others. Two dimensions are three with one cell.
class Cells {
 public:
  using Point = std::array<double, 3>;

  /// `periodic`: distances are those of the torus that the positions' extent says.
  Cells(const Positions& units, bool periodic);

  static Point point(std::span<const double> x) {
    Point p{};
    for (std::size_t i = 0; i < x.size(); ++i) p[i] = x[i];
    return p;
  }

  /// Of the distance.
  double square(const Point& a, const Point& b) const {
    double sum = 0;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      double d = std::fabs(a[i] - b[i]);
      if (axes_[i].extent > 0) d = std::fmin(d, axes_[i].extent - d);
      sum += d * d;
    }
    return sum;
  }

  /// Calls f(nearest, units, points) for each cell that has units and comes within `reach` of x, in a fixed order;
  /// `nearest`: of no unit of the cell is the square of the distance to x less.
  template <class F>
  void near(const Point& x, double reach, F&& f) const {
    std::array<std::vector<Near>, 3> near;
    for (std::size_t i = 0; i < axes_.size(); ++i) near[i] = axis_near(axes_[i], x[i], reach);
    for (const Near& a : near[0])
      for (const Near& b : near[1])
        for (const Near& c : near[2]) {
          const double nearest = a.gap * a.gap + b.gap * b.gap + c.gap * c.gap;
          const std::size_t cell = (a.cell * axes_[1].count + b.cell) * axes_[2].count + c.cell;
          const std::size_t begin = begin_[cell], size = begin_[cell + 1] - begin;
          if (size > 0 && nearest <= reach * reach)
            f(nearest, std::span(unit_.data() + begin, size), std::span(point_.data() + begin, size));
        }
  }

 private:
  struct Axis {
    double low = 0, width = 0;  ///< of the first cell, and of each
    std::size_t count = 1;
    double extent = 0;  ///< of a torus; 0: open
  };
  /// A cell along one axis and its distance there.
  struct Near {
    std::size_t cell;
    double gap;
  };

  static std::vector<Near> axis_near(const Axis& axis, double x, double reach);
  std::size_t cell_of(const Point& p) const;

  std::array<Axis, 3> axes_;
  std::vector<std::size_t> begin_;  ///< of each cell, and the end
  std::vector<std::uint32_t> unit_;
  std::vector<Point> point_;
};

}  // namespace cajal
