#pragma once

#include <string>
#include <vector>

namespace cajal {

/// How the losses of the samples of a batch become one number, as PyTorch names it.
enum class Reduction { mean, sum };

inline const std::vector<std::string> reduction_names = {"mean", "sum"};

}  // namespace cajal
