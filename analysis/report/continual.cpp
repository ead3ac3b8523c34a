#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analysis/report/chart.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/levels.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

/// `task 2` with what follows: tasks of one way of testing belong together.
struct Task {
  int number = 0;
  std::string way;
};
Task task_of(const std::string& part) {
  if (!part.starts_with("task ")) return {};
  char* end = nullptr;
  const long found = std::strtol(part.c_str() + 5, &end, 10);
  return {found > 0 && found < 10'000 ? static_cast<int>(found) : 0, end};
}

/// The accuracy of one learner on each task after each task, and the same as curves.
Figure course_figure(const Report& r, const Learner& l, const std::string& way) {
  MatrixChart matrix;
  LineChart lines;
  std::vector<std::string> parts;
  for (const std::string& part : parts_of(r.rows, "continual", true))
    if (const Task t = task_of(part); t.number > 0 && t.way == way) parts.push_back(part);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const std::string& a, const std::string& b) { return task_of(a).number < task_of(b).number; });
  Figure f;
  f.numbers.header = {"tested on", "tasks learned", "accuracy (%)", "least of the seeds (%)", "most of the seeds (%)"};
  std::vector<Course> courses;
  std::vector<double> learned;
  for (const std::string& part : parts) {
    const Course c = course(r.rows, l.name, "continual", part);
    if (c.level.empty()) continue;
    const Task task = task_of(part);
    Series s{part, c.level, {}, lines.series.size(), false, true};
    matrix.columns.push_back(std::to_string(task.number));
    for (std::size_t k = 0; k < c.level.size(); ++k) {
      const Estimate& e = c.at[k];
      s.y.push_back(100 * e.value);
      s.low.push_back(100 * e.least);
      s.high.push_back(100 * e.most);
      learned.push_back(c.level[k]);
      f.numbers.rows.push_back(
          {part, number(c.level[k]), number(100 * e.value), number(100 * e.least), number(100 * e.most)});
    }
    lines.series.push_back(std::move(s));
    courses.push_back(c);
  }
  if (courses.empty()) return {};
  std::sort(learned.begin(), learned.end());
  learned.erase(std::unique(learned.begin(), learned.end()), learned.end());
  for (const double level : learned) {
    matrix.rows.push_back(number(level));
    for (const Course& c : courses) {
      const auto at = std::find(c.level.begin(), c.level.end(), level);
      matrix.values.push_back(at == c.level.end() ? NAN
                                                  : 100 * c.at[static_cast<std::size_t>(at - c.level.begin())].value);
    }
  }
  matrix.high = 100;
  matrix.decimals = 0;
  matrix.description = "accuracy of " + l.name + " on each task after each task";
  matrix.x_name = lines.x_name = "tested on task";
  matrix.y_name = "tasks learned";
  lines.x_name = "tasks learned";
  lines.y_name = "accuracy (%)";
  lines.x_whole = true;
  lines.y_highest = 100;
  lines.description = "accuracy of " + l.name + " on each task by tasks learned";
  std::vector<std::string> names;
  for (const Series& s : lines.series) names.push_back(s.name);
  f.title = l.name + way;
  f.drawing = matrix_chart(matrix) + legend(names) + line_chart(lines);
  f.caption =
      "Above: accuracy in % on each task (columns) after so many tasks (rows); what is kept stays blue down its "
      "column. "
      "Below: the same, a line for each task." +
      about_bands(r);
  return f;
}

}  // namespace

std::string continual_section(const Report& r) {
  std::vector<std::string> ways;
  for (const std::string& part : parts_of(r.rows, "continual", true))
    if (const Task t = task_of(part); t.number > 0 && std::find(ways.begin(), ways.end(), t.way) == ways.end())
      ways.push_back(t.way);
  std::vector<Figure> all;
  for (const Learner& l : r.learners)
    for (const std::string& way : ways)
      if (const Figure f = course_figure(r, l, way); !f.drawing.empty()) all.push_back(f);
  return section(r.anchor + "continual", "Continual learning", figures(all),
                 "Tasks are learned one after another, and after each of them all are tested: how much is forgotten?");
}

}  // namespace cajal::analysis::report
