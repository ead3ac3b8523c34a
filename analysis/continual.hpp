#pragma once

#include <optional>
#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry continual_entry{
    "continual",
    "what is left of earlier tasks when a learner learns one after the other",
    "R[i][j]: accuracy on task j after i tasks. Accuracy: mean over j of R[T][j]. Forgetting: mean over j < T of max "
    "over "
    "i < T of R[i][j] - R[T][j]. Backward transfer: mean over j < T of R[T][j] - R[j][j]. Forward transfer: mean over "
    "j "
    "> 1 of R[j-1][j] - R[0][j]",
    "Lopez-Paz & Ranzato 2017, NeurIPS, eqs. 2-4; Chaudhry et al. 2018, ECCV, eq. 3; two scenarios of van de Ven et "
    "al. "
    "2022, Nat. Mach. Intell. 4:1185: told no task (class-incremental), task known (task-incremental)",
    "[measure]\ncontinual = { tasks = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]] }",
    "tasks    classes of each task, in the order in which they are learned (pairs of classes)"};

/// What the matrix of accuracies says. None where there is a single task.
struct Continual {
  double accuracy = 0;
  std::optional<double> forgetting, backward_transfer, forward_transfer;
};

/// accuracy [tasks learned, 0 to T][task]. Throws Error unless it has T + 1 rows of T >= 1 values.
Continual continual(const std::vector<std::vector<double>>& accuracy);

}  // namespace cajal::analysis
