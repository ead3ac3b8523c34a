#pragma once

#include <cmath>
#include <cstdint>

namespace cajal {

/// The step that begins at a time in ms, rounded to the nearest; of a time without end the last there is.
inline std::int64_t step_of(double time, double dt) { return time / dt < 9e18 ? std::llround(time / dt) : INT64_MAX; }

}  // namespace cajal
