#include "analysis/learning_speed.hpp"

namespace cajal::analysis {

std::optional<std::size_t> epochs_until(std::span<const double> accuracy, double wanted) {
  for (std::size_t i = 0; i < accuracy.size(); ++i)
    if (accuracy[i] >= wanted) return i + 1;
  return std::nullopt;
}

}  // namespace cajal::analysis
