#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::size_t most_points = 500;

Figure projection_figure(const Learner& l, const Projection& p) {
  const auto axis = [](int component, double explained) {
    return fmt::format("component {} ({:.1f} % of the variance)", component, 100 * explained);
  };
  CloudChart chart{fmt::format("test samples along two principal components of node {} of {}", p.node, l.name),
                   axis(1, p.explained_x),
                   axis(2, p.explained_y),
                   p.x,
                   p.y,
                   p.label};
  const std::size_t step = (p.x.size() + most_points - 1) / most_points;
  if (step > 1) {
    const auto thin = [&](auto& values) {
      for (std::size_t i = 0; i * step < values.size(); ++i) values[i] = values[i * step];
      values.resize((values.size() + step - 1) / step);
    };
    thin(chart.x);
    thin(chart.y);
    thin(chart.group);
  }
  Figure f;
  f.title = fmt::format("{}: principal components of {}", l.name, p.node);
  f.drawing = cloud_chart(chart);
  f.caption =
      fmt::format("{}{} as the activity of {} has them, along the two directions in which it varies most{}.",
                  step > 1 ? fmt::format("One of {} of ", step) : "", counted(p.x.size(), "test sample"), p.node,
                  p.label.empty() ? "" : "; colour and shape are the true class, whose number stands at its middle");
  f.numbers.header = {"class", "samples", "mean of component 1", "mean of component 2"};
  std::map<std::size_t, std::vector<std::size_t>> classes;
  for (std::size_t i = 0; i < p.label.size(); ++i) classes[p.label[i]].push_back(i);
  for (const auto& [label, points] : classes) {
    double x = 0, y = 0;
    for (const std::size_t i : points) x += p.x[i], y += p.y[i];
    const auto n = static_cast<double>(points.size());
    f.numbers.rows.push_back({std::to_string(label), count(n), number(x / n), number(y / n)});
  }
  if (f.numbers.rows.empty()) f.numbers.header.clear();
  f.numbers.note = fmt::format("All values: {} in the result file.", p.path);
  return f;
}

}  // namespace

std::string cloud_chart(const CloudChart& chart) {
  constexpr double width = 460, bottom = 320;
  if (chart.x.empty() || chart.x.size() != chart.y.size()) return "<p class=\"note\">No values.</p>";
  Axes axes{chart.x_name, chart.y_name, scale_of(chart.x), scale_of(chart.y)};
  axes.x.begin = 58;
  axes.x.end = width - 20;
  axes.y.begin = bottom;
  axes.y.end = 12;
  Svg svg(width, bottom + 42, chart.description);
  draw(svg, axes);
  struct Middle {
    double x = 0, y = 0, n = 0;
  };
  std::map<std::size_t, Middle> middles;
  for (std::size_t i = 0; i < chart.x.size(); ++i) {
    if (!std::isfinite(chart.x[i]) || !std::isfinite(chart.y[i])) continue;
    const double x = axes.x(chart.x[i]), y = axes.y(chart.y[i]);
    const std::size_t group = chart.group.empty() ? 0 : chart.group[i];
    svg.marker(x, y, group, true, chart.group.empty() ? "" : fmt::format("class {}", group));
    Middle& m = middles[group];
    m.x += x;
    m.y += y;
    m.n += 1;
  }
  if (!chart.group.empty())
    for (const auto& [group, m] : middles)
      svg.text(m.x / m.n, m.y / m.n + 4, std::to_string(group), "middle",
               fmt::format("label s{}", group % series_colours));
  return svg.str();
}

std::string projections_section(const Report& r) {
  constexpr std::size_t most_drawn = 12;
  std::string figures;
  std::size_t drawn = 0;
  for (const Learner& l : r.learners)
    for (const Projection& p : l.projections)
      if (drawn++ < most_drawn) figures += figure(projection_figure(l, p));
  if (figures.empty()) return {};
  return section(r.anchor + "projections", "Principal components", "<div class=\"figures\">\n" + figures + "</div>\n",
                 std::string("How the test samples lie to each other in hidden nodes: classes that a node tells apart "
                             "form clouds of their own.") +
                     (drawn > most_drawn ? fmt::format(" Drawn are the first {} of {}.", most_drawn, drawn) : ""));
}

}  // namespace cajal::analysis::report
