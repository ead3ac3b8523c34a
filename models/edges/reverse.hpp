#pragma once

#include "models/edges/entry.hpp"

namespace cajal {

/// A word of the catalogue: `kind = "reverse"`: unit by unit, the steps of a trial in reverse order:
/// arrivals(t) += output(T - 1 - t). An edge of one_to_one.hpp.
EdgeEntry reverse_entry();

}  // namespace cajal
