#include "analysis/continual.hpp"

#include <algorithm>

#include "sim/error.hpp"

namespace cajal::analysis {

Continual continual(const std::vector<std::vector<double>>& accuracy) {
  if (accuracy.size() < 2) throw Error("continual: no task was learned");
  const std::size_t tasks = accuracy.size() - 1;
  for (const auto& row : accuracy)
    if (row.size() != tasks) throw Error("continual: not one accuracy for each task");
  Continual c;
  for (std::size_t j = 0; j < tasks; ++j) c.accuracy += accuracy[tasks][j] / static_cast<double>(tasks);
  if (tasks < 2) return c;
  const auto others = static_cast<double>(tasks - 1);
  double forgetting = 0, backward = 0, forward = 0;
  for (std::size_t j = 0; j + 1 < tasks; ++j) {
    double best = accuracy[0][j];
    for (std::size_t i = 1; i < tasks; ++i) best = std::max(best, accuracy[i][j]);
    forgetting += (best - accuracy[tasks][j]) / others;
    backward += (accuracy[tasks][j] - accuracy[j + 1][j]) / others;
    forward += (accuracy[j + 1][j + 1] - accuracy[0][j + 1]) / others;
  }
  c.forgetting = forgetting;
  c.backward_transfer = backward;
  c.forward_transfer = forward;
  return c;
}

}  // namespace cajal::analysis
