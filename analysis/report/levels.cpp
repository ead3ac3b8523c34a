#include "analysis/report/levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/criteria.hpp"
#include "analysis/report/chart.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis::report {

std::string about_bands(const Report& r) {
  return r.seeds > 1 ? " Lines are means over seeds, bands reach from the smallest to the largest value." : "";
}

Figure level_figure(const Report& r, const LevelPlot& plot) {
  LineChart chart;
  Figure f;
  chart.description = plot.title + " of each learner";
  chart.x_name = plot.x_name;
  chart.y_name = plot.y_name + (plot.factor == 100 ? " (%)" : "");
  if (plot.factor == 100) chart.y_highest = 100;
  f.numbers.header = {"learner", "seed", plot.x_name, chart.y_name, "interval from", "interval to", "n"};
  std::vector<double> levels;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < r.learners.size(); ++i) {
    const std::string& name = r.learners[i].name;
    const Course c = course(r.rows, name, plot.measure, plot.part);
    names.push_back(name);
    if (c.level.empty()) continue;
    Series s{name, c.level, {}, i, false, true};
    for (const Estimate& e : c.at) {
      s.y.push_back(plot.factor * e.value);
      if (e.seeds < 2) continue;
      s.low.push_back(plot.factor * e.least);
      s.high.push_back(plot.factor * e.most);
    }
    if (s.low.size() != s.y.size()) s.low.clear(), s.high.clear();
    levels.insert(levels.end(), c.level.begin(), c.level.end());
    chart.series.push_back(std::move(s));
    for (const Measured& m : r.rows)
      if (m.learner == name && m.measure == plot.measure && m.part == plot.part && std::isfinite(m.level))
        f.numbers.rows.push_back({name, std::to_string(m.seed), number(m.level), number(plot.factor * m.value),
                                  number(plot.factor * m.low), number(plot.factor * m.high), count(m.n)});
  }
  if (chart.series.empty()) return {};
  const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
  chart.x_logarithmic = *low > 0 && *high / *low > 30;
  f.title = plot.title;
  f.drawing = legend(names) + line_chart(chart);
  f.caption = plot.caption + about_bands(r);
  f.numbers = thinned(f.numbers, 600);
  return f;
}

std::string robustness_section(const Report& r) {
  std::vector<Figure> all;
  const auto capital = [](std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
  };
  const auto add = [&](const std::string& part, std::string_view level, std::string_view meaning) {
    const std::string what = capital(std::string(meaning)) + (meaning.empty() ? "" : ".");
    const Figure f = level_figure(
        r, {"robustness", part, capital(in_words("{}", part)), std::string(level), "test accuracy", what, 100});
    if (!f.drawing.empty()) all.push_back(f);
  };
  std::vector<std::string> parts = parts_of(r.rows, "robustness", true);
  std::erase(parts, std::string());
  for (const Disturbance& d : disturbances())
    if (std::erase(parts, d.name) > 0) add(std::string(d.name), d.level, d.meaning);
  for (const std::string& part : parts) add(part, "strength", "");
  return section(
      r.anchor + "robustness", "Robustness", figures(all),
      "How much accuracy is left when the images, the weights or the units are disturbed after learning, by "
      "the same noise for every learner. At the level that changes nothing stands the accuracy undisturbed.");
}

std::string latency_section(const Report& r) {
  const Figure f = level_figure(
      r,
      {"latency", "", "Accuracy by time", "time since the sample appeared (ms)", "test accuracy",
       "How often the answer is right that each learner would give at each moment of the trial. A network without time "
       "answers in one step.",
       100});
  return f.drawing.empty() ? std::string() : section(r.anchor + "latency", "Latency", figures({f}));
}

std::string efficiency_section(const Report& r) {
  const Figure f =
      level_figure(r, {"sample_efficiency", "", "Accuracy by labelled samples", "labelled training samples",
                       "test accuracy", "What each learner reaches with few labelled training samples.", 100});
  return f.drawing.empty() ? std::string() : section(r.anchor + "efficiency", "Sample efficiency", figures({f}));
}

}  // namespace cajal::analysis::report
