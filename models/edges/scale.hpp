#pragma once

#include "models/edges/entry.hpp"

namespace cajal {

/// A word of the catalogue: `kind = "scale"`: the learnable affine part of a normalisation, unit by unit:
/// y[u] = w[c(u)] x[u] + b[c(u)], with c the channel of a unit, or the unit itself. An edge of one_to_one.hpp.
EdgeEntry scale_entry();

}  // namespace cajal
