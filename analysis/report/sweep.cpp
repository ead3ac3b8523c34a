#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

namespace {

using Axis = SweepTable::Axis;
using Column = SweepTable::Column;

constexpr double width = 460, left = 58, right = 440, top = 12, bottom = 240;
constexpr std::size_t most_categories = 24, most_figures = 12;

double shown(const Column& column, double value) { return column.measure.ends_with("_accuracy") ? 100 * value : value; }

/// The different values of an axis, in the order of numbers, else as they come; and which one each setting has.
struct Levels {
  std::vector<std::string> texts;
  std::vector<double> numbers;
  std::vector<std::size_t> of;  ///< [setting]
};

Levels levels_of(const Axis& axis) {
  Levels l;
  std::vector<std::size_t> order(axis.texts.size());
  std::iota(order.begin(), order.end(), 0);
  if (!axis.numbers.empty())
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return axis.numbers[a] < axis.numbers[b]; });
  l.of.resize(axis.texts.size());
  for (const std::size_t s : order) {
    const auto found = std::find(l.texts.begin(), l.texts.end(), axis.texts[s]);
    l.of[s] = static_cast<std::size_t>(found - l.texts.begin());
    if (found != l.texts.end()) continue;
    l.texts.push_back(axis.texts[s]);
    if (!axis.numbers.empty()) l.numbers.push_back(axis.numbers[s]);
  }
  return l;
}

std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most - 1;
  while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string axis_name(const Axis& axis) { return axis.address + (axis.unit.empty() ? "" : " (" + axis.unit + ")"); }

/// A scale over the numbers, logarithmic where they span more than a decade and a half; its ends are those of the
/// values, with room for markers.
Scale scale_over(const std::vector<double>& numbers) {
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  Scale s;
  s.logarithmic = *low > 0 && *high / *low > 30;
  s.begin = left;
  s.end = right;
  if (s.logarithmic) {
    const double margin = std::pow(*high / *low, 0.05);
    s.low = *low / margin;
    s.high = *high * margin;
  } else {
    const double margin = *high > *low ? 0.05 * (*high - *low) : std::max(0.1 * std::fabs(*low), 0.5);
    s.low = *low - margin;
    s.high = *high + margin;
  }
  return s;
}

/// Columns over one axis: by its numbers, or side by side where it has none. `joined`: one line a column.
std::string axis_chart(const SweepTable& t, const Axis& axis, const std::vector<const Column*>& columns,
                       const std::string& y_name, bool joined) {
  const Levels levels = levels_of(axis);
  const bool numeric = !axis.numbers.empty();
  std::vector<double> ys;
  for (const Column* c : columns)
    for (const double v : c->values) ys.push_back(shown(*c, v));
  Axes axes{axis_name(axis), y_name, Scale{}, scale_of(ys)};
  if (numeric) {
    axes.x = scale_over(axis.numbers);
  } else {
    axes.x = {-0.5, static_cast<double>(levels.texts.size()) - 0.5, left, right};
  }
  axes.y.begin = bottom;
  axes.y.end = top;
  // Names of values stand where numbers would.
  axes.x_labels = numeric;
  if (!numeric) axes.x_ticks = 0;
  Svg svg(width, bottom + 42, y_name + " by " + axis.address);
  draw(svg, axes);
  if (!numeric) {
    svg.text((left + right) / 2, bottom + 33, axes.x_name, "middle", "name");
    const std::size_t room = std::max<std::size_t>(4, 56 / std::max<std::size_t>(1, levels.texts.size()));
    for (std::size_t i = 0; i < levels.texts.size(); ++i)
      svg.text(axes.x(static_cast<double>(i)), bottom + 16, cut(levels.texts[i], room), "middle", "small");
  }
  std::vector<std::size_t> order(t.settings());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return levels.of[a] < levels.of[b]; });
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const Column& c = *columns[k];
    const auto x = [&](std::size_t s) { return axes.x(numeric ? axis.numbers[s] : static_cast<double>(levels.of[s])); };
    std::string line;
    bool open = false;
    for (const std::size_t s : order) {
      const bool there = std::isfinite(c.values[s]);
      if (there) line += (open ? "L" : "M") + place(x(s)) + " " + place(axes.y(shown(c, c.values[s])));
      open = there;
    }
    if (joined) svg.path(line, fmt::format("line s{}", k % series_colours));
    for (const std::size_t s : order) {
      if (!std::isfinite(c.values[s])) continue;
      if (std::isfinite(c.deviation[s])) {
        const double low = shown(c, c.values[s] - c.deviation[s]), high = shown(c, c.values[s] + c.deviation[s]);
        const auto within = [&](double v) { return axes.y(std::clamp(v, axes.y.low, axes.y.high)); };
        svg.line(x(s), within(low), x(s), within(high), fmt::format("thin s{}", k % series_colours));
      }
      svg.marker(x(s), axes.y(shown(c, c.values[s])), k, t.chosen == s || !t.chosen,
                 fmt::format("{} = {}: {}", axis.address, axis.texts[s], number(shown(c, c.values[s]))));
    }
  }
  return svg.str();
}

/// Two axes, the second from left to right: a cell for each combination with its value. `higher` is darker.
std::string heat_map(const SweepTable& t, const Column& column) {
  const Levels rows = levels_of(t.axes[0]), columns = levels_of(t.axes[1]);
  const double begin = 108, cell_width = (right - begin) / static_cast<double>(columns.texts.size());
  const double cell_height = std::min(48.0, 320.0 / static_cast<double>(rows.texts.size()));
  const double end = top + cell_height * static_cast<double>(rows.texts.size());
  Svg svg(width, end + 42, t.heading(column) + " by " + t.axes[0].address + " and " + t.axes[1].address);
  double low = INFINITY, high = -INFINITY;
  for (const double v : column.values) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  for (std::size_t s = 0; s < t.settings(); ++s) {
    const double x = begin + cell_width * static_cast<double>(columns.of[s]);
    const double y = top + cell_height * static_cast<double>(rows.of[s]), value = column.values[s];
    const bool there = std::isfinite(value);
    const double share = there && high > low ? (value - low) / (high - low) : 0.5;
    if (there) svg.rect(x, y, cell_width, cell_height, "fill right", 0.06 + 0.94 * share);
    if (t.chosen == s) svg.rect(x + 1, y + 1, cell_width - 2, cell_height - 2, "chosen");
    svg.text(x + cell_width / 2, y + cell_height / 2 + 4, there ? printed(column, value) : "–", "middle",
             !there         ? "faint"
             : share > 0.55 ? "on"
                            : "");
  }
  for (std::size_t i = 0; i < rows.texts.size(); ++i)
    svg.text(begin - 6, top + cell_height * (static_cast<double>(i) + 0.5) + 4, cut(rows.texts[i], 12), "end");
  const std::size_t room = std::max<std::size_t>(4, static_cast<std::size_t>(cell_width / 7));
  for (std::size_t i = 0; i < columns.texts.size(); ++i)
    svg.text(begin + cell_width * (static_cast<double>(i) + 0.5), end + 15, cut(columns.texts[i], room), "middle");
  svg.rect(begin, top, right - begin, end - top, "frame");
  svg.text((begin + right) / 2, end + 33, t.axes[1].address, "middle", "name");
  svg.text(13, (top + end) / 2, t.axes[0].address, "middle", "name", true);
  return svg.str();
}

Table numbers(const SweepTable& t) {
  Table out;
  out.header = {"point"};
  for (const Axis& axis : t.axes) out.header.push_back(axis.address);
  for (const Column& c : t.columns) out.header.push_back(t.heading(c));
  for (const std::size_t s : ranked(t)) {
    std::vector<std::string> row{t.points[s] + (t.chosen == s ? " (chosen)" : "") +
                                 (t.states[s].empty() ? "" : " (" + t.states[s] + ")")};
    for (const Axis& axis : t.axes) row.push_back(axis.texts[s]);
    for (const Column& c : t.columns)
      row.push_back(printed(c, c.values[s]) +
                    (std::isfinite(c.deviation[s]) ? " ± " + printed(c, c.deviation[s]) : std::string()));
    out.rows.push_back(std::move(row));
  }
  return out;
}

bool any_finite(const Column& c) {
  return std::any_of(c.values.begin(), c.values.end(), [](double v) { return std::isfinite(v); });
}

/// Measures in the order of the table, each with its columns.
std::vector<std::vector<const Column*>> by_measure(const SweepTable& t) {
  std::vector<std::vector<const Column*>> out;
  for (const Column& c : t.columns) {
    if (!any_finite(c)) continue;
    const auto same = [&](const auto& group) { return group.front()->measure == c.measure; };
    const auto found = std::find_if(out.begin(), out.end(), same);
    if (found == out.end())
      out.push_back({&c});
    else
      found->push_back(&c);
  }
  return out;
}

std::vector<Figure> figures_of(const SweepTable& t) {
  std::vector<Figure> figures;
  const bool one = t.axes.size() == 1, two = t.axes.size() == 2 && t.grid;
  const auto fits = [&](const Axis& axis) { return levels_of(axis).texts.size() <= most_categories; };
  for (const auto& group : by_measure(t)) {
    const std::string what = group.front()->measure.ends_with("_accuracy") ? group.front()->measure + " (%)"
                             : group.front()->measure == "rate"            ? "rate (Hz)"
                                                                           : group.front()->measure;
    std::vector<std::string> names;
    for (const Column* c : group) names.push_back(c->of);
    if (two && fits(t.axes[0]) && fits(t.axes[1])) {
      for (const Column* c : group)
        figures.push_back({t.heading(*c),
                           heat_map(t, *c),
                           std::string("Darker is more. ") + (t.chosen ? "The frame marks what was chosen." : ""),
                           {}});
      continue;
    }
    for (const Axis& axis : t.axes) {
      if (axis.numbers.empty() && !fits(axis)) continue;
      Figure f;
      f.title = what + " by " + axis.address;
      f.drawing = axis_chart(t, axis, group, what, one);
      if (names.size() > 1) f.drawing += legend(names);
      f.caption =
          one ? "Each marker is a setting." : "Each marker is a setting; the other addresses differ among them.";
      if (t.chosen) f.caption += " The filled one was chosen.";
      figures.push_back(std::move(f));
    }
  }
  if (figures.size() > most_figures) figures.resize(most_figures);
  return figures;
}

}  // namespace

std::string sweep_section(const Report& r) {
  if (!r.sweep || r.sweep->settings() == 0) return {};
  const SweepTable& t = *r.sweep;
  std::string out = "<div class=\"figures\">\n";
  for (const Figure& f : figures_of(t)) out += figure(f);
  out += "</div>\n" + table(numbers(t));
  return section(r.anchor + "sweep", "Sweep", out, t.chosen ? "What was tried, the best first." : "What was tried.");
}

}  // namespace cajal::analysis::report
