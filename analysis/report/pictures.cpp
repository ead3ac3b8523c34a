#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::size_t most_drawn = 24;

Figure picture_figure(const Learner& l, const Pictures& p) {
  Figure f;
  f.title = fmt::format("{}: {}", l.name, p.title);
  f.drawing = sheet(p.sheet);
  f.caption = fmt::format("{} Full colour is {}{}.", p.caption, number(full_colour(p.sheet)),
                          p.sheet.unit.empty() ? "" : " " + p.sheet.unit);
  f.wide = p.sheet.pictures.size() > 12;
  f.numbers.header = {"picture", "smallest", "mean", "largest"};
  for (std::size_t k = 0; k < p.sheet.pictures.size(); ++k) {
    const auto& values = p.sheet.pictures[k];
    if (values.empty()) continue;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    f.numbers.rows.push_back(
        {k < p.sheet.labels.size() ? p.sheet.labels[k] : std::to_string(k + 1), number(*low),
         number(std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())),
         number(*high)});
  }
  f.numbers.note = fmt::format("All values: {} in the result file.", p.path);
  return f;
}

}  // namespace

std::string pictures_section(const Report& r) {
  std::string figures;
  std::size_t drawn = 0;
  for (const Learner& l : r.learners)
    for (const Pictures& p : l.pictures)
      if (drawn++ < most_drawn) figures += figure(picture_figure(l, p));
  if (figures.empty()) return {};
  return section(r.anchor + "pictures", "Pictures", "<div class=\"figures\">\n" + figures + "</div>\n",
                 std::string("What the learners make of images, and what they look at. Blue is below zero and orange "
                             "above, or blue alone where nothing is negative.") +
                     (drawn > most_drawn ? fmt::format(" Drawn are the first {} of {}.", most_drawn, drawn) : ""));
}

std::string gradients_section(const Report& r) {
  std::string figures;
  for (std::size_t i = 0; i < r.learners.size(); ++i) {
    const Learner& l = r.learners[i];
    if (l.gradients.size() < 3) continue;
    LineChart chart;
    Figure f;
    chart.x_name = "trained edge, from the input on";
    chart.y_name = "log10 of the gradient's norm";
    chart.x_whole = true;
    chart.description = "norm of the gradient by depth for " + l.name;
    f.numbers.header = {"edge", "first epoch", "last epoch"};
    for (const bool last : {false, true}) {
      Series s;
      s.name = last ? "last epoch" : "first epoch";
      s.colour = i;
      s.dashed = !last;
      s.markers = true;
      for (std::size_t k = 0; k < l.gradients.size(); ++k) {
        const auto& norms = l.gradients[k].norms;
        if (norms.empty()) continue;
        s.x.push_back(static_cast<double>(k + 1));
        s.y.push_back(std::log10(last ? norms.back() : norms.front()));
      }
      chart.series.push_back(std::move(s));
    }
    for (const auto& g : l.gradients)
      if (!g.norms.empty()) f.numbers.rows.push_back({g.edge, number(g.norms.front()), number(g.norms.back())});
    f.title = l.name;
    f.drawing = line_chart(chart);
    f.caption =
        "Euclidean norm of the gradient of each edge's weights, in the last batch of the first epoch (dashed) and of "
        "the last one (solid). A line that falls steeply towards the left is a vanishing gradient.";
    figures += figure(f);
  }
  if (figures.empty()) return {};
  return section(r.anchor + "gradients", "Gradients by depth", "<div class=\"figures\">\n" + figures + "</div>\n",
                 "What reaches the first layers of what the loss asks for.");
}

}  // namespace cajal::analysis::report
