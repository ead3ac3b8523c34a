#pragma once

namespace cajal {

/// How the outputs of a trial become one number per unit.
enum class OverTime { mean, sum, last };

}  // namespace cajal
