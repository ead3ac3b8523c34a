#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

std::string weight_axis(const std::string& unit) { return unit.empty() ? "weight" : "weight (" + unit + ")"; }

/// The outline of the bins.
Series outline(const std::string& name, const std::vector<double>& edges, const std::vector<double>& counts,
               std::size_t colour) {
  Series s{name, {edges.front()}, {0}, colour, colour == 1, false};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    s.x.insert(s.x.end(), {edges[i], edges[i + 1]});
    s.y.insert(s.y.end(), {counts[i], counts[i]});
  }
  s.x.push_back(edges.back());
  s.y.push_back(0);
  return s;
}

Figure distribution_figure(const WeightHistogram& h) {
  const auto name = [&](std::size_t row) {
    return row < h.when.size() ? h.when[row] : fmt::format("at {} ms", number(h.time[row]));
  };
  const std::size_t last = h.time.size() - 1;
  LineChart chart;
  chart.description = "distribution of the weights of edge " + h.edge;
  chart.x_name = weight_axis(h.unit);
  chart.y_name = "synapses";
  chart.series.push_back(outline(name(last), h.edges, h.counts[last], 0));
  if (last > 0) chart.series.push_back(outline(name(0), h.edges, h.counts[0], 1));
  Figure f;
  f.title = "Weights of " + h.edge;
  f.drawing = line_chart(chart);
  f.caption =
      fmt::format("How many synapses have which weight {}{}.", name(last), last > 0 ? ", and dashed " + name(0) : "");
  const double inside = std::accumulate(h.counts[last].begin(), h.counts[last].end(), 0.0);
  f.numbers.header = {"from", "to", name(0), name(last)};
  for (std::size_t i = 0; i + 1 < h.edges.size(); ++i)
    f.numbers.rows.push_back(
        {number(h.edges[i]), number(h.edges[i + 1]), count(h.counts[0][i]), count(h.counts[last][i])});
  f.numbers.note = fmt::format("{} synapses within the bins {}. All counts: {} in the result file.", count(inside),
                               name(last), h.path);
  f.numbers = thinned(f.numbers, 200);
  return f;
}

/// The upper edge of the bin up to which a share of the counts lies; NaN where there are none.
double quantile(const WeightHistogram& h, const std::vector<double>& counts, double share) {
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  double sum = 0;
  for (std::size_t i = 0; i < counts.size() && all > 0; ++i)
    if ((sum += counts[i]) >= share * all) return h.edges[i + 1];
  return NAN;
}

Figure course_figure(const WeightHistogram& h) {
  HeatMap map;
  map.description = "distribution of the weights of edge " + h.edge + " over time";
  map.x_name = "time (ms)";
  map.y_name = weight_axis(h.unit);
  map.columns = h.counts;
  map.x_low = h.time.front();
  map.x_high = h.time.back();
  map.y_low = h.edges.front();
  map.y_high = h.edges.back();
  Figure f;
  f.title = "Weights of " + h.edge + " over time";
  f.drawing = heat_map(map);
  double most = 0;
  for (const auto& row : h.counts) most = std::max(most, *std::max_element(row.begin(), row.end()));
  f.caption = fmt::format(
      "Each column is the distribution at one time. The deepest colour is {} synapses in a bin; colours go with the "
      "square root of the count.",
      count(most));
  f.numbers.header = {"time (ms)", "a tenth is below", "half is below", "nine tenths are below"};
  for (std::size_t i = 0; i < h.time.size(); ++i)
    f.numbers.rows.push_back({number(h.time[i]), number(quantile(h, h.counts[i], 0.1)),
                              number(quantile(h, h.counts[i], 0.5)), number(quantile(h, h.counts[i], 0.9))});
  f.numbers.note = fmt::format("By upper edges of bins. All counts: {} in the result file.", h.path);
  f.numbers = thinned(f.numbers, 200);
  return f;
}

Figure traces_figure(const WeightTraces& t) {
  LineChart chart;
  chart.description = "weights of some synapses of edge " + t.edge + " over time";
  chart.x_name = "time (ms)";
  chart.y_name = weight_axis(t.unit);
  Figure f;
  f.title = "Some weights of " + t.edge;
  f.numbers.header = {"time (ms)"};
  for (std::size_t k = 0; k < t.values.size(); ++k) {
    chart.series.push_back({t.names[k], t.time, t.values[k], k, false, false});
    if (k < 12) f.numbers.header.push_back(t.names[k]);
  }
  for (std::size_t i = 0; i < t.time.size(); ++i) {
    std::vector<std::string> row{number(t.time[i])};
    for (std::size_t k = 0; k + 1 < f.numbers.header.size(); ++k) row.push_back(number(t.values[k][i]));
    f.numbers.rows.push_back(std::move(row));
  }
  f.numbers.note = fmt::format("All values: {} in the result file.", t.path);
  f.numbers = thinned(f.numbers, 200);
  f.drawing = line_chart(chart);
  f.caption = t.values.size() < t.recorded
                  ? fmt::format("{} of {} recorded synapses.", t.values.size(), count(static_cast<double>(t.recorded)))
                  : fmt::format("Each line is one of {}.", counted(t.recorded, "synapse"));
  return f;
}

}  // namespace

std::string weights_section(const Report& r) {
  constexpr std::size_t most_of_learners = 24;
  std::string figures;
  std::size_t drawn = 0;
  for (const Learner& l : r.learners)
    for (WeightHistogram h : l.weights) {
      if (h.counts.empty() || h.time.size() != h.counts.size() || h.edges.size() != h.counts.front().size() + 1)
        continue;
      if (++drawn > most_of_learners) continue;
      h.edge = l.name + ", edge " + h.edge;
      figures += figure(distribution_figure(h));
    }
  for (const WeightHistogram& h : r.weight_histograms) {
    if (h.counts.empty() || h.time.size() != h.counts.size() || h.edges.size() != h.counts.front().size() + 1) continue;
    figures += figure(distribution_figure(h));
    if (h.time.size() > 2 && h.time.back() > h.time.front()) figures += figure(course_figure(h));
  }
  for (const WeightTraces& t : r.weight_traces)
    if (!t.values.empty()) figures += figure(traces_figure(t));
  if (figures.empty()) return {};
  return section(r.anchor + "distributions", r.learners.empty() ? "Weights over time" : "Distribution of weights",
                 "<div class=\"figures\">\n" + figures + "</div>\n",
                 drawn > most_of_learners ? fmt::format("Drawn are the first {} of {} edges.", most_of_learners, drawn)
                                          : std::string());
}

}  // namespace cajal::analysis::report
