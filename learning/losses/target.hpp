#pragma once

#include <cstddef>
#include <span>

namespace cajal {

// What a loss is told of a sample's target. Each says with (k) what output k should be.

/// A class: 1 for its output, 0 for the others.
struct OneHot {
  std::size_t hot;
  double operator()(std::size_t k) const { return k == hot ? 1.0 : 0.0; }
};

/// One of two classes, for one output.
struct OneOfTwo {
  double value;
  double operator()(std::size_t) const { return value; }
};

/// A number for each output.
template <class Value>
struct Numbers {
  std::span<const Value> values;
  double operator()(std::size_t k) const { return static_cast<double>(values[k]); }
};

}  // namespace cajal
