#pragma once

#include "sim/number/math.hpp"

namespace cajal {

/// x, or 0 where |x| < 1e-37. The running means of an element that gets no gradient any more decay until they are
/// denormal numbers of single precision and stay there, where an update takes 20 to 30 times as long.
template <class T>
T settled(const T& x) {
  return where(abs(x) < T(1e-37), T(0), x);
}

}  // namespace cajal
