#include "analysis/report/values.hpp"

#include <fmt/format.h>

#include <cmath>

#include "analysis/report/html.hpp"

namespace cajal::analysis::report {

double shown_factor(const Row& row) { return row.format == Row::Format::percent ? 100 : 1; }

std::string unit_of(const Row& row) { return row.format == Row::Format::percent ? "%" : row.unit; }

std::string heading(const Row& row) {
  const std::string unit = unit_of(row);
  return unit.empty() ? row.name : row.name + " (" + unit + ")";
}

std::string text_of(const Row& row, double value) {
  if (!std::isfinite(value)) return "–";
  switch (row.format) {
    case Row::Format::percent:
      return fmt::format("{:.{}f}", 100 * value, row.decimals);
    case Row::Format::count:
      return count(value);
    case Row::Format::fixed:
      return std::abs(value) >= 1e9 ? number(value) : fmt::format("{:.{}f}", value, row.decimals);
    case Row::Format::significant:
      break;
  }
  return number(value);
}

std::string with_unit(const Row& row, double value) {
  const std::string unit = unit_of(row);
  return text_of(row, value) + (unit.empty() ? "" : " " + unit);
}

}  // namespace cajal::analysis::report
