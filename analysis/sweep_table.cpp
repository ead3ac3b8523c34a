#include "analysis/sweep_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cajal::analysis {

namespace {

bool is_share(const std::string& measure) { return measure.ends_with("_accuracy") || measure == "activation_sparsity"; }

/// Characters, not bytes.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, std::size_t left) {
  std::string line;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const std::string pad(widths[c] - width_of(cells[c]), ' ');
    line += (c == 0 ? "" : "  ") + (c < left ? cells[c] + pad : pad + cells[c]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string cell_of(const SweepTable::Column& column, std::size_t setting) {
  std::string text = printed(column, column.values[setting]);
  if (std::isfinite(column.deviation[setting])) text += " ±" + printed(column, column.deviation[setting]);
  return text;
}

}  // namespace

std::string SweepTable::heading(const Column& column) const {
  const bool several =
      std::any_of(columns.begin(), columns.end(), [&](const Column& other) { return other.of != column.of; });
  const char* unit = is_share(column.measure) ? " (%)" : column.measure == "rate" ? " (Hz)" : "";
  return column.measure + (several ? " of " + column.of : "") + unit;
}

std::string printed(const SweepTable::Column& column, double value, bool unit) {
  if (!std::isfinite(value)) return "-";
  if (is_share(column.measure)) return fmt::format("{:.2f}{}", 100 * value, unit ? " %" : "");
  return fmt::format("{:.4g}{}", value, unit && column.measure == "rate" ? " Hz" : "");
}

std::vector<std::size_t> ranked(const SweepTable& table) {
  std::vector<std::size_t> order(table.settings());
  std::iota(order.begin(), order.end(), 0);
  if (!table.chosen || !table.chosen_by) return order;
  const std::vector<double>& values = table.columns[*table.chosen_by].values;
  const double best = values[*table.chosen];
  // Distances from the best, whichever way is better.
  const auto worse = [&](std::size_t i) { return std::isfinite(values[i]) ? std::fabs(values[i] - best) : INFINITY; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return worse(a) < worse(b); });
  return order;
}

std::string sweep_text(const SweepTable& table, std::size_t most) {
  std::vector<std::size_t> shown = ranked(table);
  const std::size_t hidden = shown.size() > most ? shown.size() - most : 0;
  shown.resize(shown.size() - hidden);
  if (hidden == 0) std::sort(shown.begin(), shown.end());
  std::vector<std::vector<std::string>> rows{{" ", "point"}};
  for (const auto& axis : table.axes) rows[0].push_back(axis.address);
  for (const auto& column : table.columns) rows[0].push_back(table.heading(column));
  for (const std::size_t s : shown) {
    std::vector<std::string> row{table.chosen == s ? "*" : " ", table.points[s]};
    for (const auto& axis : table.axes) row.push_back(axis.texts[s]);
    for (const auto& column : table.columns) row.push_back(cell_of(column, s));
    if (!table.states[s].empty()) row.back() += " (" + table.states[s] + ")";
    rows.push_back(std::move(row));
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  std::string text;
  for (const auto& row : rows) text += line_of(row, widths, 2 + table.axes.size());
  if (hidden > 0) text += fmt::format("and {} settings more, in the result and its report\n", hidden);
  if (!table.choice.empty()) text += (table.chosen ? "* " : "") + table.choice + "\n";
  return text;
}

}  // namespace cajal::analysis
