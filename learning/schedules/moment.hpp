#pragma once

#include <cstdint>

namespace cajal {

/// Where training stands as a step of the optimizer begins.
struct Moment {
  std::int64_t epoch = 0, epochs = 1;  ///< epochs done, and to be done
  std::int64_t step = 0, steps = 1;    ///< steps done since training began, and to be done in all
};

}  // namespace cajal
