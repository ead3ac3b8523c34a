#pragma once

#include <vector>

#include "models/population_reader.hpp"

namespace cajal {

/// Reads the key `noise` of a population: a table { kind, on, sigma, tau }, or a list of them. Errors go to the table's
/// diagnostics.
std::vector<NoiseOptions> read_noise(const ModelFields& model, const NodeRequest& request, bool dimensionless);

}  // namespace cajal
