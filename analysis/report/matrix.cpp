#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::size_t most_numbers = 14;  ///< rows and columns that have room for numbers

std::size_t longest_of(const std::vector<std::string>& names) {
  std::size_t longest = 1;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  return longest;
}

}  // namespace

std::string matrix_chart(const MatrixChart& chart) {
  const std::size_t rows = chart.rows.size(), columns = chart.columns.size();
  if (rows == 0 || columns == 0 || chart.values.size() != rows * columns) return "<p class=\"note\">No values.</p>";
  constexpr double letter = 6.6, right = 448, top = 8;
  const double left = std::clamp(26 + letter * static_cast<double>(longest_of(chart.rows)), 44.0, 170.0);
  const double cell = (right - left) / static_cast<double>(columns);
  const double high = std::min(cell, chart.numbers ? 46.0 : 24.0), bottom = top + high * static_cast<double>(rows);
  const std::size_t longest = longest_of(chart.columns);
  const bool turned = letter * static_cast<double>(longest) > cell - 4;
  const double names = turned ? std::min(120.0, letter * static_cast<double>(longest)) : 14;
  const double size = std::clamp(cell / 3.4, 6.0, 12.0);
  Svg svg(460, bottom + names + 28, chart.description);
  const double span = chart.high > chart.low ? chart.high - chart.low : 1;
  for (std::size_t i = 0; i < rows; ++i) {
    const double y = top + high * static_cast<double>(i);
    svg.text(left - 6, y + high / 2 + 4, chart.rows[i], "end", high < 12 ? "small" : "");
    for (std::size_t j = 0; j < columns; ++j) {
      const double v = chart.values[i * columns + j], x = left + cell * static_cast<double>(j);
      if (!std::isfinite(v)) continue;
      const double share = std::clamp(v < 0 ? -v / span : (v - chart.low) / span, 0.0, 1.0);
      svg.rect(x, y, cell, high, v < 0 ? "cell fill wrong" : "cell fill right", 0.04 + 0.96 * share);
      if (chart.numbers && std::max(rows, columns) <= most_numbers)
        svg.text(x + cell / 2, y + high / 2 + size / 3, fmt::format("{:.{}f}", v, chart.decimals), "middle",
                 fmt::format("{}{}", share > 0.55 ? "on" : "", size < 10 ? " small" : ""));
    }
  }
  for (std::size_t j = 0; j < columns; ++j) {
    const double x = left + cell * (static_cast<double>(j) + 0.5);
    if (turned)
      svg.text(x + 4, bottom + 6, chart.columns[j], "end", cell < 12 ? "small" : "", true);
    else
      svg.text(x, bottom + 15, chart.columns[j], "middle");
  }
  svg.rect(left, top, right - left, bottom - top, "frame");
  svg.text((left + right) / 2, bottom + names + 20, chart.x_name, "middle", "name");
  svg.text(13, (top + bottom) / 2, chart.y_name, "middle", "name", true);
  return svg.str();
}

}  // namespace cajal::analysis::report
