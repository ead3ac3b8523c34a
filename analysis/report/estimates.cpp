#include "analysis/report/estimates.hpp"

#include <algorithm>
#include <set>

#include "analysis/mean_interval.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

bool same_level(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

std::optional<Estimate> estimate(std::span<const Measured> rows, std::string_view learner, std::string_view measure,
                                 std::string_view part, double level) {
  std::vector<double> values;
  const Measured* first = nullptr;
  for (const Measured& m : rows) {
    if (m.measure != measure || m.learner != learner || m.part != part || !same_level(m.level, level)) continue;
    if (!std::isfinite(m.value)) continue;
    if (!first) first = &m;
    values.push_back(m.value);
  }
  if (!first) return std::nullopt;
  const MeanInterval mean = mean_interval(values);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  Estimate e{mean.mean, {}, {}, *least, *most, values.size(), first->n};
  const double low = values.size() > 1 ? mean.low : first->low, high = values.size() > 1 ? mean.high : first->high;
  if (std::isfinite(low) && std::isfinite(high)) {
    // No share is beyond its ends, though the interval of a mean of few may be.
    const bool share = measure.ends_with("_accuracy");
    e.low = share ? std::max(0.0, low) : low;
    e.high = share ? std::min(1.0, high) : high;
  }
  return e;
}

Course course(std::span<const Measured> rows, std::string_view learner, std::string_view measure,
              std::string_view part) {
  std::vector<Measured> mine;
  for (const Measured& m : rows)
    if (m.measure == measure && m.learner == learner && m.part == part && std::isfinite(m.level)) mine.push_back(m);
  std::set<double> levels;
  for (const Measured& m : mine) levels.insert(m.level);
  Course c;
  for (const double level : levels) {
    const auto e = estimate(mine, learner, measure, part, level);
    if (!e) continue;
    c.level.push_back(level);
    c.at.push_back(*e);
  }
  return c;
}

std::vector<std::string> parts_of(std::span<const Measured> rows, std::string_view measure, bool curves) {
  std::vector<std::string> parts;
  for (const Measured& m : rows)
    if (m.measure == measure && std::isfinite(m.level) == curves &&
        std::find(parts.begin(), parts.end(), m.part) == parts.end())
      parts.push_back(m.part);
  return parts;
}

std::vector<Measured> rows_of(std::span<const Measured> rows, std::string_view measure) {
  std::vector<Measured> found;
  for (const Measured& m : rows)
    if (m.measure == measure) found.push_back(m);
  return found;
}

void add_intervals(Report& report) {
  for (Row& row : report.comparison.rows)
    for (std::size_t i = 0; i < row.values.size() && i < report.comparison.columns.size(); ++i) {
      if (!row.values[i] || row.measure.empty()) continue;
      const auto e = estimate(report.rows, report.comparison.columns[i], row.measure, row.part);
      if (e) row.values[i] = Cell{e->value, {}, e->low, e->high};
    }
}

}  // namespace cajal::analysis::report
