#pragma once

#include "models/equations/equations.hpp"

namespace cajal {

/// Whether the value is 0 or 1 without being that of one comparison: no distance to a threshold.
bool is_truth(const config::Formula& formula);

/// Whether each derivative is linear in the state and the input together.
bool is_linear(const ModelEquations& equations);

/// An error for each parameter and each entry of `let` that no formula uses.
void refuse_idle_names(const ModelEquations& equations, const config::Table& table);

/// A parameter that stands alone behind a `/` is never 0 and keeps the sign of its default.
void bind_divisors(ModelEquations& equations, const config::Table& table);

}  // namespace cajal
