#include <fmt/format.h>

#include <algorithm>

#include "analysis/behaviour.hpp"
#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::size_t blocks = 60, most_populations = 8;

/// Decisions in blocks of equal number: where each ends.
std::vector<std::size_t> block_ends(std::size_t decisions) {
  std::vector<std::size_t> ends;
  const std::size_t count = std::min(blocks, decisions);
  for (std::size_t b = 1; b <= count; ++b) ends.push_back(decisions * b / count);
  return ends;
}

/// The mean of `value(i)` over the decisions of each block, against the time at which the block ends.
template <class Value>
Series course(const std::string& name, const Acting& acting, const Value& value, std::size_t colour) {
  Series out{name, {}, {}, colour, false, false};
  std::size_t begin = 0;
  for (const std::size_t end : block_ends(acting.time.size())) {
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += value(i);
    out.x.push_back(acting.time[end - 1] * 1e-3);
    out.y.push_back(sum / static_cast<double>(end - begin));
    begin = end;
  }
  return out;
}

Figure figure_of(const std::string& title, const std::string& y_name, std::vector<Series> series,
                 const std::string& caption) {
  LineChart chart;
  chart.description = title;
  chart.x_name = "time (s)";
  chart.y_name = y_name;
  Figure f;
  f.title = title;
  f.caption = caption;
  f.numbers.header = {"time (s)"};
  for (const Series& s : series) f.numbers.header.push_back(s.name);
  for (std::size_t i = 0; i < series.front().x.size(); ++i) {
    std::vector<std::string> row{number(series.front().x[i])};
    for (const Series& s : series) row.push_back(number(s.y[i]));
    f.numbers.rows.push_back(std::move(row));
  }
  chart.series = std::move(series);
  f.drawing = line_chart(chart);
  return f;
}

Figure episodes_figure(const std::vector<double>& lengths) {
  LineChart chart;
  chart.description = "length of episodes";
  chart.x_name = "episode";
  chart.y_name = "decisions";
  chart.x_whole = true;
  Series s{"length", {}, lengths, 2, false, false};
  for (std::size_t i = 0; i < lengths.size(); ++i) s.x.push_back(static_cast<double>(i));
  Figure f;
  f.title = "Length of episodes";
  f.caption = "Decisions from the start of an episode to its end.";
  f.numbers.header = {"episode", "decisions"};
  for (std::size_t i = 0; i < lengths.size(); ++i) f.numbers.rows.push_back({number(s.x[i]), number(lengths[i])});
  f.numbers = thinned(f.numbers, 200);
  chart.series.push_back(std::move(s));
  f.drawing = line_chart(chart);
  return f;
}

}  // namespace

std::string behaviour_section(const Report& r) {
  const Acting& a = r.acting;
  if (a.time.empty()) return {};
  const std::size_t n = a.time.size();
  std::string figures =
      figure(figure_of("Reward", "mean reward",
                       {course(
                           "reward", a, [&](std::size_t i) { return a.reward[i]; }, 0)},
                       fmt::format("Mean over blocks of about {}.",
                                   counted(std::max<std::size_t>(1, n / std::min(blocks, n)), "decision"))));
  const bool chosen = std::any_of(a.action.begin(), a.action.end(), [](std::int64_t c) { return c >= 0; });
  if (chosen) {
    std::vector<Series> series;
    for (std::size_t k = 0; k < std::min(most_populations, a.populations.size()); ++k)
      series.push_back(course(
          a.populations[k], a, [&](std::size_t i) { return a.action[i] == static_cast<std::int64_t>(k) ? 1.0 : 0.0; },
          k));
    figures += figure(figure_of("Choice", "share of decisions", std::move(series),
                                "How often each population won, over the same blocks."));
  }
  const std::vector<double> lengths = episode_lengths(a.episode);
  if (std::any_of(lengths.begin(), lengths.end(), [](double l) { return l > 1; }))
    figures += figure(episodes_figure(lengths));
  return section(r.anchor + "behaviour", "Behaviour", "<div class=\"figures\">\n" + figures + "</div>\n",
                 fmt::format("{} with the environment {}. All of them: /environment in the result file.",
                             counted(n, "decision"), a.kind));
}

}  // namespace cajal::analysis::report
