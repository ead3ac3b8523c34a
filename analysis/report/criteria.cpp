#include "analysis/criteria.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/svg.hpp"
#include "analysis/report/values.hpp"

namespace cajal::analysis::report {

std::string strip_chart(const StripChart& chart) {
  constexpr double width = 460, right = 436, row_height = 12;
  std::vector<double> values;
  for (const StripPoint& p : chart.points)
    for (const double v : {p.value, p.low.value_or(p.value), p.high.value_or(p.value)})
      if (std::isfinite(v)) values.push_back(v);
  if (values.empty()) return "<p class=\"note\">No values.</p>";
  // Intervals of few runs reach far: what the scale is depends on the values.
  double low = INFINITY, high = -INFINITY;
  for (const StripPoint& p : chart.points)
    if (std::isfinite(p.value)) low = std::min(low, p.value), high = std::max(high, p.value);
  Scale x = scale_of(values, low > 0 && high / low > 10);
  if (chart.lowest) x.low = std::max(x.low, *chart.lowest);
  if (chart.highest) x.high = std::min(x.high, *chart.highest);
  std::size_t longest = 0;
  for (const StripPoint& p : chart.points) longest = std::max(longest, p.label.size());
  const double left = chart.labels ? std::min(190.0, 14 + 6.4 * static_cast<double>(longest)) : 24;
  x.begin = chart.lower_is_better ? right : left;
  x.end = chart.lower_is_better ? left : right;
  const double top = 26, bottom = top + row_height * static_cast<double>(chart.points.size()) + 4;
  Svg svg(width, bottom + 22, chart.description);
  svg.text(0, 12, chart.name, "start", "title");
  for (const double v : x.ticks(5)) {
    svg.line(x(v), top - 4, x(v), bottom, "grid");
    svg.text(x(v), bottom + 15, short_number(v), "middle");
  }
  svg.line(left, bottom, right, bottom, "axis");
  for (std::size_t i = 0; i < chart.points.size(); ++i) {
    const StripPoint& p = chart.points[i];
    const double y = top + row_height * (static_cast<double>(i) + 0.5);
    if (chart.labels) svg.text(left - 8, y + 4, p.label, "end", "small");
    if (!std::isfinite(p.value)) continue;
    if (p.low && p.high) {
      const auto within = [&](double v) { return x(std::clamp(v, x.low, x.high)); };
      svg.line(within(*p.low), y, within(*p.high), y, fmt::format("bar s{}", p.colour % series_colours));
    }
    svg.marker(x(p.value), y, p.colour, true, fmt::format("{}: {}", p.label, number(p.value)));
    if (chart.best != i) continue;
    const bool to_the_left = x(p.value) > right - 7.5 * static_cast<double>(p.label.size());
    svg.text(x(p.value) + (to_the_left ? -9 : 9), y + 4, p.label, to_the_left ? "end" : "start",
             fmt::format("label s{}", p.colour % series_colours));
  }
  return svg.str();
}

std::string criteria_section(const Report& r) {
  Figure f;
  f.wide = true;
  f.numbers.header = {"criterion", "learner", "value", "interval from", "interval to"};
  std::string strips;
  for (const Row& row : r.comparison.rows) {
    const Criterion* criterion = criterion_of(row.measure, row.part);
    if (!criterion || criterion->claim.empty()) continue;
    const double factor = shown_factor(row);
    StripChart chart;
    chart.name = heading(row);
    chart.description = row.name + " of each learner";
    chart.lower_is_better = row.better == Row::Better::lower;
    std::size_t there = 0;
    for (std::size_t i = 0; i < std::min(row.values.size(), r.comparison.columns.size()); ++i) {
      StripPoint p{r.comparison.columns[i], NAN, {}, {}, i};
      if (const auto& cell = row.values[i]; cell && std::isfinite(cell->value)) {
        p.value = factor * cell->value;
        if (cell->low && cell->high) p.low = factor * *cell->low, p.high = factor * *cell->high;
        const bool better = !chart.best || (chart.lower_is_better ? p.value < chart.points[*chart.best].value
                                                                  : p.value > chart.points[*chart.best].value);
        if (better) chart.best = i;
        ++there;
        f.numbers.rows.push_back({heading(row), p.label, text_of(row, cell->value),
                                  cell->low ? text_of(row, *cell->low) : "–",
                                  cell->high ? text_of(row, *cell->high) : "–"});
      }
      chart.points.push_back(std::move(p));
    }
    if (there < 2) continue;
    const auto all = [&](auto holds) {
      return std::all_of(chart.points.begin(), chart.points.end(),
                         [&](const StripPoint& p) { return !std::isfinite(p.value) || holds(p.value); });
    };
    // Intervals may reach where no value can.
    if (all([](double v) { return v >= 0; })) chart.lowest = 0;
    if (factor == 100 && all([](double v) { return v <= 100; })) chart.highest = 100;
    strips += "<div>" + strip_chart(chart) + "</div>\n";
  }
  if (strips.empty()) return {};
  f.title = "Learners along each criterion";
  f.drawing = legend(names_of(r)) + "<div class=\"strips\">\n" + strips + "</div>\n";
  f.caption =
      "One dot a learner on the scale of each criterion, with its 95 % interval where there is one; further to the "
      "right "
      "is better, so that scales of costs run backwards. The best is named. Scales that span decades are logarithmic.";
  return section(r.anchor + "criteria", "Criteria", figures({f}));
}

}  // namespace cajal::analysis::report
