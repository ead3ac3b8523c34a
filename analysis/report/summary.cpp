#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

std::string printed(double value, const Row& row) {
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

/// The best value as it prints; empty where nothing is to be marked.
std::string best_of(const Row& row) {
  if (row.better == Row::Better::none) return {};
  std::optional<double> best;
  std::vector<std::string> texts;
  for (const auto& cell : row.values) {
    if (!cell || !std::isfinite(cell->value)) continue;
    texts.push_back(printed(cell->value, row));
    if (!best || (row.better == Row::Better::higher ? cell->value > *best : cell->value < *best)) best = cell->value;
  }
  if (!best) return {};
  const std::string text = printed(*best, row);
  const bool all_alike = std::all_of(texts.begin(), texts.end(), [&](const std::string& t) { return t == text; });
  return all_alike ? std::string() : text;
}

std::string cell_markup(const std::optional<Cell>& cell, const Row& row, const std::string& best) {
  if (!cell) return "<td>–</td>";
  const std::string value = printed(cell->value, row);
  std::string out = value == best && !best.empty() ? "<td class=\"best\">" : "<td>";
  out += value;
  if (cell->deviation && *cell->deviation > 0) out += " ±" + printed(*cell->deviation, row);
  if (cell->low && cell->high)
    out += "<small>" + printed(*cell->low, row) + "–" + printed(*cell->high, row) + "</small>";
  return out + "</td>";
}

std::string row_markup(const Row& row) {
  const std::string unit = row.format == Row::Format::percent ? "%" : row.unit;
  bool intervals = false;
  for (const auto& cell : row.values) intervals = intervals || (cell && cell->low && cell->high);
  std::string out = "<tr><th scope=\"row\">" + escape(row.name);
  if (!unit.empty()) out += " <small>(" + escape(unit) + ")</small>";
  if (intervals) out += "<br/><small>" + escape(row.interval_name) + "</small>";
  out += "</th>";
  const std::string best = best_of(row);
  for (const auto& cell : row.values) out += cell_markup(cell, row, best);
  return out + "</tr>\n";
}

std::string navigation(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string out = "<nav>";
  for (const auto& [id, title] : parts) out += "<a href=\"#" + id + "\">" + escape(title) + "</a> ";
  return out + "</nav>\n";
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
  std::string out = "<div class=\"summary\"><div class=\"scroll\"><table><thead><tr><th scope=\"col\">measure</th>";
  for (const std::string& name : r.comparison.columns) out += "<th scope=\"col\">" + escape(name) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const Row& row : r.comparison.rows) out += row_markup(row);
  out += "</tbody></table></div></div>\n";
  std::string how = r.comparison.columns.size() > 1
                        ? "Learners side by side. The best value of a row is bold on a tinted ground. "
                        : "What this learner reached. ";
  how += r.seeds > 1 ? fmt::format("Values are means over {} seeds, ± one standard deviation.", r.seeds)
                     : "Below an accuracy stands its 95 % interval, which the number of samples decides.";
  return section("summary", "Summary", out, how);
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
  return section("run", "What was run", out, "The same config and seed give the same digest, whatever the threads.");
}

std::string html(const Report& r) {
  const std::vector<std::pair<std::pair<std::string, std::string>, std::string>> parts{
      {{"summary", "Summary"}, summary_section(r)},
      {{"sweep", "Sweep"}, sweep_section(r)},
      {{"curves", "Learning curves"}, curves_section(r)},
      {{"gradients", "Gradients"}, gradients_section(r)},
      {{"pictures", "Pictures"}, pictures_section(r)},
      {{"projections", "Principal components"}, projections_section(r)},
      {{"costs", "Accuracy and cost"}, costs_section(r)},
      {{"confusion", "Confusion"}, confusion_section(r)},
      {{"activity", "Activity"}, activity_section(r)},
      {{"weights", "Weights"}, fields_section(r)},
      {{"behaviour", "Behaviour"}, behaviour_section(r)},
      {{"populations", "Spikes"}, populations_section(r)},
      {{"traces", "Traces"}, traces_section(r)},
      {{"distributions", "Weights over time"}, weights_section(r)},
      {{"connectivity", "Functional connectivity"}, connectivity_section(r)},
      {{"run", "What was run"}, provenance_section(r)},
  };
  std::vector<std::pair<std::string, std::string>> present;
  std::string body;
  for (const auto& [name, markup] : parts) {
    if (markup.empty()) continue;
    present.push_back(name);
    body += markup;
  }
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
      escape(r.title) + "</title>\n<style>" + std::string(style()) + "</style>\n</head>\n<body>\n<main>\n<header>\n";
  if (!r.kind.empty()) out += "<p class=\"kind\">" + escape(r.kind) + "</p>\n";
  out += "<h1>" + escape(r.title) + "</h1>\n";
  if (!r.abstract.empty()) out += "<p class=\"abstract\">" + escape(r.abstract) + "</p>\n";
  if (!r.status.empty() && r.status != "complete")
    out += "<p class=\"warn\">This run is " + escape(r.status) + ": " + escape(r.status_note) + "</p>\n";
  for (const Learner& l : r.learners)
    if (!l.failure.empty()) out += "<p class=\"warn\">" + escape(l.name) + " failed: " + escape(l.failure) + "</p>\n";
  for (const std::string& note : r.notes) out += "<p class=\"warn\">" + escape(note) + "</p>\n";
  if (present.size() > 1) out += navigation(present);
  return out + "</header>\n" + body + "</main>\n</body>\n</html>\n";
}

}  // namespace cajal::analysis::report
