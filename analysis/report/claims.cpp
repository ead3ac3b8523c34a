#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/criteria.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/values.hpp"

namespace cajal::analysis::report {

namespace {

/// A learner's value of a criterion.
struct Standing {
  std::string learner;
  Cell cell;
};

/// The best first.
std::vector<Standing> standings(const Report& r, const Row& row) {
  std::vector<Standing> out;
  for (std::size_t i = 0; i < std::min(row.values.size(), r.comparison.columns.size()); ++i)
    if (row.values[i] && std::isfinite(row.values[i]->value)) out.push_back({r.comparison.columns[i], *row.values[i]});
  std::stable_sort(out.begin(), out.end(), [&](const Standing& a, const Standing& b) {
    return row.better == Row::Better::higher ? a.cell.value > b.cell.value : a.cell.value < b.cell.value;
  });
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + ("<strong>" + escape(names[i]) + "</strong>");
  return out;
}

std::string brief(double v) { return std::abs(v) >= 1000 ? number(v) : fmt::format("{:.3g}", v); }

/// `1.2 points`, `3,400 per sample`; without a sign.
std::string amount(const Row& row, double difference) {
  const double v = std::abs(difference);
  if (row.format == Row::Format::percent) return brief(100 * v) + " points";
  const std::string unit = unit_of(row);
  return brief(v) + (unit.empty() ? "" : " " + unit);
}

/// ` (98.0 to 99.1)`: the 95 % interval, where its ends differ.
std::string in_brackets(const Row& row, const Cell& cell) {
  if (!cell.low || !cell.high) return {};
  const std::string low = text_of(row, *cell.low), high = text_of(row, *cell.high);
  return low == high ? std::string() : fmt::format(" ({} to {})", low, high);
}

bool overlap(const Cell& a, const Cell& b) { return *a.low <= *b.high && *b.low <= *a.high; }
bool have_intervals(const Cell& a, const Cell& b) { return a.low && a.high && b.low && b.high; }

const Measured* difference_row(const Report& r, const Row& row, const std::string& best, const std::string& name,
                               const char* prefix) {
  const std::string other = row.part.empty() ? name : name + "/" + row.part;
  for (const Measured& m : r.rows)
    if (m.measure == prefix + row.measure && m.learner == best && m.part == other && std::isfinite(m.value)) return &m;
  return nullptr;
}

/// By how much the best is ahead, by the differences of paired runs.
std::string paired(const Report& r, const Row& row, const Measured& d, const std::string& other) {
  std::string out = fmt::format(", {} {} than {}", amount(row, d.value), d.value < 0 ? "less" : "more", other);
  const auto seeds = counted(static_cast<std::size_t>(std::max(0.0, d.n)), "seed");
  if (!std::isfinite(d.low) || !std::isfinite(d.high)) return out + fmt::format(" ({}).", seeds);
  const bool settled = d.low > 0 || d.high < 0;
  // As the sentence says it: more or less, so that the interval's ends have the sentence's sign.
  const double sign = d.value < 0 ? -1 : 1, scale = row.format == Row::Format::percent ? 100 : 1;
  const double low = scale * (sign > 0 ? d.low : -d.high), high = scale * (sign > 0 ? d.high : -d.low);
  out += fmt::format(" (95 % interval {} to {}, {}", brief(low), brief(high), seeds);
  // Where there is next to no chance in the values, their spread is no measure of anything.
  constexpr double largest_effect = 100;
  const Measured* effect = difference_row(r, row, d.learner, other, "effect_");
  if (effect && std::abs(effect->value) < largest_effect)
    out += fmt::format(", effect size {:.2g}", std::abs(effect->value));
  return out + (settled ? ")." : "): the runs do not settle which of the two is better.");
}

/// By how much, where runs were not paired: the next value.
std::string unpaired(const Row& row, const Standing& best, const Standing& next) {
  std::string out = in_brackets(row, best.cell);
  out += fmt::format("; next {} with {}", next.learner, with_unit(row, next.cell.value));
  const double low = std::min(best.cell.value, next.cell.value), high = std::max(best.cell.value, next.cell.value);
  if (row.format != Row::Format::percent && low > 0 && high / low >= 1.1)
    out += fmt::format(" ({} times as much)", brief(row.better == Row::Better::lower ? high / low : low / high));
  else
    out += in_brackets(row, next.cell);
  if (have_intervals(best.cell, next.cell) && overlap(best.cell, next.cell)) out += ": their intervals overlap";
  return out + ".";
}

std::string claim_of(const Report& r, const Row& row, const Criterion& criterion) {
  const std::vector<Standing> order = standings(r, row);
  if (order.size() < 2) return {};
  const std::string value = text_of(row, order.front().cell.value);
  std::vector<std::string> best;
  for (const Standing& s : order)
    if (text_of(row, s.cell.value) == value) best.push_back(s.learner);
  if (best.size() == order.size()) return {};
  if (best.size() > 1)
    return fmt::format("{} are level in {}: {}; next {} with {}.", joined(best), escape(row.name),
                       escape(with_unit(row, order.front().cell.value)), escape(order[best.size()].learner),
                       escape(with_unit(row, order[best.size()].cell.value)));
  const Measured* d = difference_row(r, row, order[0].learner, order[1].learner, "difference_");
  return fmt::format("{} {}: {}{}", joined(best), escape(criterion.claim),
                     escape(with_unit(row, order.front().cell.value)),
                     escape(d ? paired(r, row, *d, order[1].learner) : unpaired(row, order[0], order[1])));
}

/// What one learner wins of a criterion that has several parts.
struct Wins {
  std::string learner, parts, clear;
  std::size_t n = 0, n_clear = 0, with_intervals = 0;
};

/// One sentence for each learner that is best in some of the parts.
std::vector<std::string> claims_of_parts(const Report& r, const std::vector<const Row*>& rows,
                                         const Criterion& criterion) {
  std::vector<Wins> all;
  for (const Row* row : rows) {
    const std::vector<Standing> order = standings(r, *row);
    if (order.size() < 2) continue;
    const std::string value = with_unit(*row, order[0].cell.value), part = in_words("{}", row->part);
    if (value == with_unit(*row, order[1].cell.value)) continue;
    auto found = std::find_if(all.begin(), all.end(), [&](const Wins& w) { return w.learner == order[0].learner; });
    if (found == all.end()) found = all.insert(all.end(), Wins{order[0].learner, "", "", 0, 0, 0});
    found->parts += (found->n++ > 0 ? ", " : "") + (part.empty() ? value : fmt::format("{} ({})", part, value));
    const Measured* d = difference_row(r, *row, order[0].learner, order[1].learner, "difference_");
    if (!d && !have_intervals(order[0].cell, order[1].cell)) continue;
    ++found->with_intervals;
    if (d ? !(d->low > 0 || d->high < 0) : overlap(order[0].cell, order[1].cell)) continue;
    found->clear += (found->n_clear++ > 0 ? ", " : "") + (part.empty() ? value : part);
  }
  std::vector<std::string> out;
  for (const Wins& w : all) {
    std::string sure;
    if (w.with_intervals > 0 && w.n_clear == w.n)
      sure = w.n > 1 ? "; all clear of the next learner" : "; clear of the next learner";
    else if (w.with_intervals > 0)
      sure = w.n_clear == 0 ? "; not clear of the next learner" : "; clear of the next learner: " + w.clear;
    out.push_back(
        fmt::format("{} {} {}{}.", joined({w.learner}), escape(criterion.claim), escape(w.parts), escape(sure)));
  }
  return out;
}

}  // namespace

std::string claims(const Report& r) {
  std::vector<std::string> sentences;
  for (const Criterion& criterion : criteria()) {
    if (criterion.claim.empty()) continue;
    std::vector<const Row*> rows;
    for (const Row& row : r.comparison.rows)
      if (criterion_of(row.measure, row.part) == &criterion) rows.push_back(&row);
    if (criterion.part == "*") {
      for (const std::string& text : claims_of_parts(r, rows, criterion)) sentences.push_back(text);
    } else if (!rows.empty()) {
      if (const std::string text = claim_of(r, *rows.front(), criterion); !text.empty()) sentences.push_back(text);
    }
  }
  if (sentences.empty()) return {};
  std::string out = "<ul class=\"claims\">\n";
  for (const std::string& text : sentences) out += "<li>" + text + "</li>\n";
  return out +
         "</ul>\n<p class=\"note\">Numbers in brackets that are joined by <i>to</i> are 95 % intervals. Clear is what "
         "such an interval, "
         "of the difference where runs are pairs, tells apart.</p>\n";
}

std::string warnings(const Report& r) {
  std::string out;
  const auto warn = [&](const std::string& text) { out += "<p class=\"warn\">" + escape(text) + "</p>\n"; };
  if (r.selection == "test")
    warn(
        fmt::format("Test data were used to learn or to choose{}: test figures are too good, and say little of how a "
                    "learner does on "
                    "new data.",
                    r.selection_note.empty() ? "" : " (" + r.selection_note + ")"));
  if (!r.status.empty() && r.status != "complete") warn(fmt::format("This run is {}: {}", r.status, r.status_note));
  for (const Learner& l : r.learners)
    if (!l.failure.empty()) warn(l.name + " failed: " + l.failure);
  // One is said; of several it is said that there are some, so that the answers stay on the first screen.
  if (r.left_out.size() == 1) warn("Left out: " + r.left_out.front());
  if (r.left_out.size() > 1) {
    out += "<details class=\"warn\"><summary>Some measures were left out: why</summary>\n<ul>\n";
    for (const std::string& text : r.left_out) out += "<li>" + escape(text) + "</li>\n";
    out += "</ul></details>\n";
  }
  for (const std::string& note : r.notes) warn(note);
  return out;
}

}  // namespace cajal::analysis::report
