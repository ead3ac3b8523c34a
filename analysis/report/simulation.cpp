#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "analysis/isi.hpp"
#include "analysis/rates.hpp"
#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/svg.hpp"
#include "analysis/spectrum.hpp"

namespace cajal::analysis::report {

namespace {

constexpr std::size_t most_lines = 5, most_populations = 32, most_traces = 24, all_dots = 64'000;

/// What is counted of one population.
struct Counted {
  Rates rates;
  IntervalVariation variation;
  std::vector<double> intervals;  ///< ms, of all units
};

Counted count_spikes(const Population& p, const Window& window) {
  Counted c;
  const Spikes spikes{p.times, p.units, p.size};
  c.rates = rates(spikes, window);
  c.variation = isi_variation(spikes, window);
  std::vector<double> last(p.size, NAN);
  std::vector<std::size_t> order(p.times.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return p.times[i] < p.times[j]; });
  for (std::size_t i : order) {
    double& before = last[p.units[i]];
    if (std::isfinite(before)) c.intervals.push_back(p.times[i] - before);
    before = p.times[i];
  }
  return c;
}

/// Bins of a round width, about 200 of them; fewer where few units would make them empty or full.
std::size_t bins_of(double duration, std::size_t units) {
  const Scale scale{0, duration, 0, 1};
  const std::vector<double> ticks = scale.ticks(units < 20 ? 60 : 300);
  const double width = ticks.size() > 1 ? ticks[1] - ticks[0] : duration;
  return static_cast<std::size_t>(std::max(1.0, std::round(duration / width)));
}

Figure raster_figure(const Population& p, const Report& r, std::size_t colour) {
  RasterChart chart;
  chart.description = fmt::format("spikes of {} and its rate", p.name);
  chart.times = p.times;
  chart.units = p.units;
  chart.size = p.size;
  chart.start = r.start;
  chart.stop = r.stop;
  chart.colour = colour;
  chart.most_dots = std::min<std::size_t>(4000, all_dots / std::max<std::size_t>(1, r.populations.size()));
  const std::size_t bins = bins_of(r.stop - r.start, p.size);
  chart.rate = population_rate(p.times, p.size, r.start, r.stop, bins);
  const double bin = (r.stop - r.start) / static_cast<double>(bins);
  Figure f;
  f.title = p.kind.empty() ? p.name : fmt::format("{} ({})", p.name, p.kind);
  f.drawing = raster_chart(chart);
  const std::size_t step = raster_step(p.units, p.size, chart.most_dots);
  f.caption = fmt::format(
      "Above: each mark is a spike of one unit ({}{}). Below: the rate of the whole population in bins of {} ms.",
      counted(p.size, "unit"), step > 1 ? fmt::format(", every {}th shown", step) : "", number(bin));
  f.numbers.header = {"bin ends at (ms)", "rate (Hz)"};
  for (std::size_t i = 0; i < chart.rate.size(); ++i)
    f.numbers.rows.push_back({number(r.start + static_cast<double>(i + 1) * bin), number(chart.rate[i])});
  f.numbers.note =
      fmt::format("All {} spikes: /spikes/{} in the result file.", count(static_cast<double>(p.times.size())), p.name);
  return f;
}

Figure distribution_figure(const std::string& title, const std::string& x_name, const std::string& y_name,
                           const std::vector<double>& values, std::size_t colour, const std::string& caption) {
  BarChart chart = histogram(values, 40);
  chart.description = title;
  chart.colour = colour;
  chart.x_name = x_name;
  chart.y_name = y_name;
  Figure f;
  f.title = title;
  f.drawing = bar_chart(chart);
  f.caption = caption;
  f.numbers.header = {"from", "to", y_name};
  for (std::size_t i = 0; i < chart.heights.size(); ++i)
    f.numbers.rows.push_back({number(chart.edges[i]), number(chart.edges[i + 1]), count(chart.heights[i])});
  return f;
}

/// Power of the rates of all populations that fire; empty where the run is too short for it.
Figure spectrum_figure(const Report& r) {
  constexpr double bin = 1;  // ms
  constexpr std::size_t shortest = 64, longest = 1024, most_bins = 2'000'000, most_lines = 8;
  const auto bins = static_cast<std::size_t>(std::min(std::floor((r.stop - r.start) / bin), 1e9));
  std::size_t length = longest;
  while (length > shortest && 4 * length > bins) length /= 2;
  if (bins < 4 * length || bins > most_bins) return {};
  LineChart chart;
  Figure f;
  std::vector<std::string> names;
  std::vector<Spectrum> found;
  f.numbers.header = {"frequency (Hz)"};
  for (std::size_t i = 0; i < r.populations.size() && found.size() < most_lines; ++i) {
    const Population& p = r.populations[i];
    names.push_back(p.name);
    if (p.size == 0 || p.times.size() < 20) continue;
    const double stop = r.start + bin * static_cast<double>(bins);
    found.push_back(spectrum(population_rate(p.times, p.size, r.start, stop, bins), 1000 / bin, length));
    Spectrum& s = found.back();
    f.numbers.header.push_back(p.name + " (Hz²/Hz)");
    chart.series.push_back(
        {p.name, {s.frequency.begin() + 1, s.frequency.end()}, {s.power.begin() + 1, s.power.end()}, i, false, false});
  }
  if (chart.series.empty()) return {};
  for (std::size_t k = 1; k < found.front().frequency.size(); ++k) {
    std::vector<std::string> row{number(found.front().frequency[k])};
    for (const Spectrum& s : found) row.push_back(number(s.power[k]));
    f.numbers.rows.push_back(std::move(row));
  }
  f.numbers = thinned(f.numbers, 260);
  chart.description = "power spectra of the populations' rates";
  chart.x_name = "frequency (Hz)";
  chart.y_name = "power (Hz²/Hz)";
  chart.x_logarithmic = chart.y_logarithmic = true;
  f.title = "Spectra of the rates";
  f.drawing = legend(names) + line_chart(chart);
  f.caption = fmt::format(
      "How much of each population's rate, in bins of {} ms, goes up and down at which frequency: Welch's estimate "
      "with "
      "Hann windows of {} ms that overlap by half. A peak is a rhythm; independent Poisson spikes give a flat line.",
      number(bin), number(bin * static_cast<double>(length)));
  return f;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (double v : values) sum += v;
  return values.empty() ? NAN : sum / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (double v : values) sum += (v - mean) * (v - mean);
  return values.size() < 2 ? NAN : std::sqrt(sum / static_cast<double>(values.size() - 1));
}

}  // namespace

std::string populations_section(const Report& r) {
  if (r.populations.empty() || !(r.stop > r.start)) return {};
  const std::size_t shown = std::min(most_populations, r.populations.size());
  Table t;
  t.header = {"population",         "units",         "spikes", "silent units",   "rate (Hz)",
              "SD over units (Hz)", "mean ISI (ms)", "ISI CV", "units with a CV"};
  t.note =
      "Rate: spikes over units and time, silent units too. ISI: interval between successive spikes of a unit. ISI CV: "
      "standard deviation over mean of a unit's intervals, mean over "
      "units with at least 3 spikes; 0 is a clock, 1 a Poisson process.";
  std::string rasters, distributions;
  for (std::size_t i = 0; i < shown; ++i) {
    const Population& p = r.populations[i];
    if (p.size == 0) continue;
    const Counted c = count_spikes(p, {r.start, r.stop});
    const auto silent = std::count(c.rates.units.begin(), c.rates.units.end(), 0.0);
    t.rows.push_back({p.name, count(static_cast<double>(p.size)), count(static_cast<double>(p.times.size())),
                      count(static_cast<double>(silent)), number(c.rates.population),
                      number(deviation_of(c.rates.units)), number(mean_of(c.intervals)),
                      c.variation.mean ? number(*c.variation.mean) : "–",
                      count(static_cast<double>(c.variation.counted))});
    rasters += figure(raster_figure(p, r, i));
    if (p.size >= 20)
      distributions += figure(distribution_figure("Rates of " + p.name, "rate (Hz)", "units", c.rates.units, i,
                                                  "How many units fire at which mean rate."));
    if (c.intervals.size() >= 20)
      distributions += figure(distribution_figure("Intervals of " + p.name, "interval (ms)", "intervals", c.intervals,
                                                  i, "How long units wait between one spike and the next."));
  }
  if (t.rows.empty()) return {};
  if (const Figure f = spectrum_figure(r); !f.drawing.empty()) rasters += figure(f);
  if (shown < r.populations.size())
    t.note += fmt::format(" The first {} of {}.", shown, counted(r.populations.size(), "population"));
  return section(r.anchor + "populations", "Spikes",
                 table(t) + "<div class=\"figures\">\n" + rasters + distributions + "</div>\n");
}

std::string traces_section(const Report& r) {
  std::string figures;
  for (const Trace& trace : std::span(r.traces).first(std::min(most_traces, r.traces.size()))) {
    LineChart chart;
    chart.description = trace.description;
    chart.x_name = "time (ms)";
    const std::string variable = trace.description.substr(0, trace.description.find(' '));
    chart.y_name = variable + (trace.unit.empty() ? "" : " (" + trace.unit + ")");
    Figure f;
    f.title = trace.description.empty() ? trace.name : trace.description.substr(0, trace.description.find(':'));
    f.numbers.header = {"time (ms)"};
    std::vector<std::string> names;
    const std::size_t lines = std::min({most_lines, trace.values.size(), trace.ids.size()});
    for (std::size_t k = 0; k < lines; ++k) {
      names.push_back(fmt::format("unit {}", trace.ids[k]));
      f.numbers.header.push_back(names.back());
      chart.series.push_back({names.back(), trace.time, trace.values[k], k, false, false});
    }
    if (chart.series.empty()) continue;
    for (std::size_t i = 0; i < trace.time.size(); ++i) {
      std::vector<std::string> row{number(trace.time[i])};
      for (std::size_t k = 0; k < lines; ++k)
        row.push_back(i < trace.values[k].size() ? number(trace.values[k][i]) : "–");
      f.numbers.rows.push_back(std::move(row));
    }
    f.numbers.note = fmt::format("All values: /traces/{} in the result file.", trace.name);
    f.numbers = thinned(f.numbers, 200);
    f.drawing = lines > 1 ? lane_chart(chart) : line_chart(chart);
    f.caption = trace.description + ".";
    if (lines < trace.recorded)
      f.caption += fmt::format(" The first {} of {} recorded units, each in its lane, all on one scale.", lines,
                               count(static_cast<double>(trace.recorded)));
    figures += figure(f);
  }
  if (figures.empty()) return {};
  return section(r.anchor + "traces", "Traces", "<div class=\"figures\">\n" + figures + "</div>\n",
                 r.traces.size() > most_traces
                     ? fmt::format("The first {} of {}.", most_traces, counted(r.traces.size(), "trace"))
                     : "");
}

}  // namespace cajal::analysis::report
