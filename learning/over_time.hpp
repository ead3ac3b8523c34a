#pragma once

namespace cajal {

/// How the outputs of a trial become one number per unit; `each`: they do not, every step stands for itself.
enum class OverTime { mean, sum, last, each };

}  // namespace cajal
