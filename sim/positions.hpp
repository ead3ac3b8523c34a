#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace cajal {

/// Where the units of a node are, in mm.
struct Positions {
  std::size_t dimensions = 0;  ///< 2 or 3; 0: the units have no positions
  std::vector<double> values;  ///< [unit][dimension]
  std::vector<double> extent;  ///< of the space along each dimension, from 0; empty where none was given
  bool periodic = false;       ///< the space is a torus of that extent; all values lie within it

  bool empty() const { return dimensions == 0; }
  std::span<const double> of(std::size_t unit) const { return {values.data() + unit * dimensions, dimensions}; }
};

/// Between unit `u` of a node at `a` and unit `v` of one at `b`, in mm; on the torus where `a` is one.
inline double distance(const Positions& a, std::size_t u, const Positions& b, std::size_t v) {
  double sum = 0;
  for (std::size_t k = 0; k < a.dimensions; ++k) {
    double d = std::fabs(a.of(u)[k] - b.of(v)[k]);
    if (a.periodic) d = std::min(d, a.extent[k] - d);
    sum += d * d;
  }
  return std::sqrt(sum);
}

}  // namespace cajal
