#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/estimates.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/values.hpp"

namespace cajal::analysis::report {

namespace {

/// The best value as it prints; empty where nothing is to be marked.
std::string best_of(const Row& row) {
  if (row.better == Row::Better::none) return {};
  std::optional<double> best;
  std::vector<std::string> texts;
  for (const auto& cell : row.values) {
    if (!cell || !std::isfinite(cell->value)) continue;
    texts.push_back(text_of(row, cell->value));
    if (!best || (row.better == Row::Better::higher ? cell->value > *best : cell->value < *best)) best = cell->value;
  }
  if (!best) return {};
  const std::string text = text_of(row, *best);
  const bool all_alike = std::all_of(texts.begin(), texts.end(), [&](const std::string& t) { return t == text; });
  return all_alike ? std::string() : text;
}

/// Its ends, where they differ as they print.
bool shows_interval(const std::optional<Cell>& cell, const Row& row) {
  return cell && cell->low && cell->high && text_of(row, *cell->low) != text_of(row, *cell->high);
}

std::string cell_markup(const std::optional<Cell>& cell, const Row& row, const std::string& best) {
  if (!cell) return "<td>–</td>";
  const std::string value = text_of(row, cell->value);
  std::string out = value == best && !best.empty() ? "<td class=\"best\">" : "<td>";
  out += value;
  if (cell->deviation && *cell->deviation > 0) out += " ±" + text_of(row, *cell->deviation);
  if (shows_interval(cell, row))
    out +=
        "<small>" + text_of(row, *cell->low) + (*cell->low < 0 ? " to " : "–") + text_of(row, *cell->high) + "</small>";
  return out + "</td>";
}

std::string row_markup(const Row& row) {
  bool intervals = false;
  for (const auto& cell : row.values) intervals = intervals || shows_interval(cell, row);
  const std::string unit = unit_of(row);
  std::string out = "<tr><th scope=\"row\">" + escape(row.name);
  if (!unit.empty()) out += " <small>(" + escape(unit) + ")</small>";
  if (intervals) out += "<br/><small>" + escape(row.interval_name) + "</small>";
  out += "</th>";
  const std::string best = best_of(row);
  for (const auto& cell : row.values) out += cell_markup(cell, row, best);
  return out + "</tr>\n";
}

/// The same in long form, to be taken elsewhere.
Table long_form(const Report& r) {
  Table t;
  t.header = {"measure", "learner", "value", "interval from", "interval to", "seeds"};
  for (const Row& row : r.comparison.rows)
    for (std::size_t i = 0; i < std::min(row.values.size(), r.comparison.columns.size()); ++i) {
      const auto& cell = row.values[i];
      if (!cell) continue;
      const auto e = estimate(r.rows, r.comparison.columns[i], row.measure, row.part);
      t.rows.push_back({heading(row), r.comparison.columns[i], text_of(row, cell->value),
                        cell->low ? text_of(row, *cell->low) : "–", cell->high ? text_of(row, *cell->high) : "–",
                        e ? std::to_string(e->seeds) : "–"});
    }
  t.note = "Every run by itself: /measures in the result file.";
  return t;
}

}  // namespace

std::string section(std::string_view id, std::string_view title, const std::string& content,
                    const std::string& introduction) {
  if (content.empty()) return {};
  std::string out = fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n", id, escape(title));
  if (!introduction.empty()) out += "<p class=\"intro\">" + escape(introduction) + "</p>\n";
  return out + content + "</section>\n";
}

std::string summary_section(const Report& r) {
  if (r.comparison.columns.empty() || r.comparison.rows.empty()) return {};
  std::string out = claims(r);
  out += "<div class=\"summary\"><div class=\"scroll\"><table><thead><tr><th scope=\"col\">measure</th>";
  for (const std::string& name : r.comparison.columns) out += "<th scope=\"col\">" + escape(name) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const Row& row : r.comparison.rows) out += row_markup(row);
  out += "</tbody></table></div>";
  const std::string best =
      r.comparison.columns.size() > 1 ? "The best value of a row is bold on a tinted ground. " : "";
  out += "<p class=\"note\">" + best +
         (r.seeds > 1 ? fmt::format("Values are means over {} seeds; below them stands the 95 % interval of the mean "
                                    "(Student's t).",
                                    r.seeds)
                      : std::string("Below an accuracy stands its 95 % interval, which the number of samples decides "
                                    "(Wilson); one seed says nothing of how much luck was in it.")) +
         "</p>\n<details><summary>Numbers</summary>\n" + table(long_form(r)) + "</details></div>\n";
  return section(r.anchor + "summary", r.comparison.columns.size() > 1 ? "Who wins what" : "Summary", out);
}

std::string provenance_section(const Report& r) {
  std::string out;
  if (!r.facts.empty()) {
    out += "<table class=\"facts\"><tbody>\n";
    for (const auto& [name, value] : r.facts)
      out += "<tr><th scope=\"row\">" + escape(name) + "</th><td>" + escape(value) + "</td></tr>\n";
    out += "</tbody></table>\n";
  }
  if (!r.config.empty()) out += "<h3>Config, as written</h3>\n<pre>" + escape(r.config) + "</pre>\n";
  if (!r.overrides.empty()) out += "<h3>Changed on the command line</h3>\n<pre>" + escape(r.overrides) + "</pre>\n";
  if (!r.log.empty()) {
    out += "<h3>Log</h3>\n<pre>";
    for (const std::string& line : r.log) out += escape(line) + "\n";
    out += "</pre>\n";
  }
  return section(r.anchor + "run", "What was run", out,
                 "The same config and seed give the same digest, whatever the threads.");
}

}  // namespace cajal::analysis::report
