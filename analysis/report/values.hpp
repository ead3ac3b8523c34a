#pragma once

#include <string>

#include "analysis/table.hpp"

namespace cajal::analysis::report {

/// What a value of a row is multiplied with where it is shown: 100 of shares.
double shown_factor(const Row& row);
/// `%` of shares.
std::string unit_of(const Row& row);
/// `test accuracy (%)`
std::string heading(const Row& row);
/// A value as the row prints it; an en dash for what is not finite.
std::string text_of(const Row& row, double value);
/// The same with its unit: `98.90 %`.
std::string with_unit(const Row& row, double value);

}  // namespace cajal::analysis::report
