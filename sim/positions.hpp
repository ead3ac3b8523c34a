#pragma once

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

}  // namespace cajal
