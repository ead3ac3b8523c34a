#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/table.hpp"
#include "sim/random.hpp"

namespace cajal::config {

/// Fills `out` with values of the quantity, drawn one after another: a row may be cut anywhere. `columns` holds what an
/// expression's variables are for each value. Throws ConfigError if a value of an expression is not allowed, and Error
/// for what has no draws: a file, and a list of another length than `out`.
void draw_into(const Quantity& quantity, Draws& draws, std::span<double> out, const Columns& columns = {});

/// The same in bulk, for rows of synapses: normal and lognormal values come from normals in single precision, many at
/// once; those to be redrawn come last. So a row must not be cut.
void draw_row(const Quantity& quantity, Draws& draws, std::span<double> out, const Columns& columns = {});

/// The smallest and the largest value that the quantity can give, infinite where it is open. Of an expression the
/// interval holds all values; it may be wider than they are.
std::pair<double, double> bounds(const Quantity& quantity);

/// The interval of the draws before they are clipped.
Range support(const Quantity& quantity);

/// The probability that a draw is within `low` and `high`.
double acceptance(const Quantity& quantity);

}  // namespace cajal::config
