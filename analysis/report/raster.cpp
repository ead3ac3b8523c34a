#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

std::size_t raster_step(std::span<const std::uint64_t> units, std::size_t size, std::size_t most_dots) {
  std::vector<std::uint32_t> spikes(std::max<std::size_t>(size, 1), 0);
  std::size_t total = 0;
  for (std::uint64_t u : units)
    if (u < size) {
      ++spikes[u];
      ++total;
    }
  if (total <= most_dots) return 1;
  const auto shown = [&](std::size_t step) {
    std::size_t sum = 0;
    for (std::size_t u = 0; u < size; u += step) sum += spikes[u];
    return sum;
  };
  // Shown units go down with the step, their spikes nearly so: start where the mean says.
  std::size_t step = std::max<std::size_t>(2, total / std::max<std::size_t>(most_dots, 1));
  while (step < size && shown(step) > most_dots) step += std::max<std::size_t>(1, step / 16);
  return std::min(step, size);
}

std::string dots(std::span<const double> x, std::span<const double> y, double length) {
  std::string d;
  const std::string down = "v" + place(length);
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) d += "M" + place(x[i]) + " " + place(y[i]) + down;
  return d;
}

std::vector<double> population_rate(std::span<const double> times, std::size_t size, double start, double stop,
                                    std::size_t bins) {
  std::vector<double> rate(bins, 0);
  if (bins == 0 || size == 0 || !(stop > start)) return {};
  const double bin = (stop - start) / static_cast<double>(bins);
  for (double t : times) {
    if (!(t > start && t <= stop)) continue;
    const auto k = static_cast<std::size_t>(std::max(0.0, std::ceil((t - start) / bin - 1e-9) - 1));
    rate[std::min(k, bins - 1)] += 1000 / (bin * static_cast<double>(size));
  }
  return rate;
}

namespace {

constexpr double width = 460, left = 58, right = 440, top = 10, raster_bottom = 210, rate_top = 228, rate_bottom = 300;

void draw_rate(Svg& svg, const RasterChart& chart, const Scale& x) {
  std::vector<double> values = chart.rate;
  values.push_back(0);
  Axes axes{chart.x_name, "rate (Hz)", x, scale_of(values)};
  axes.y.begin = rate_bottom;
  axes.y.end = rate_top;
  axes.y_ticks = 3;
  draw(svg, axes);
  std::string d = "M" + place(x.begin) + " " + place(rate_bottom);
  const double bin = (chart.stop - chart.start) / static_cast<double>(chart.rate.size());
  for (std::size_t i = 0; i < chart.rate.size(); ++i)
    d += fmt::format("V{}H{}", place(axes.y(chart.rate[i])), place(x(chart.start + static_cast<double>(i + 1) * bin)));
  svg.path(d + "V" + place(rate_bottom) + "z", fmt::format("area s{}", chart.colour % series_colours));
}

}  // namespace

std::string raster_chart(const RasterChart& chart) {
  const bool with_rate = !chart.rate.empty();
  Scale x{chart.start, std::max(chart.stop, chart.start), left, right};
  Scale y{-0.5, static_cast<double>(std::max<std::size_t>(chart.size, 1)) - 0.5, raster_bottom, top};
  Svg svg(width, (with_rate ? rate_bottom : raster_bottom) + 42, chart.description);
  Axes axes{chart.x_name, chart.y_name, x, y};
  axes.grid = false;
  axes.y_whole = true;
  axes.x_labels = !with_rate;
  draw(svg, axes);
  const std::size_t step = raster_step(chart.units, chart.size, chart.most_dots);
  const double row =
      (raster_bottom - top) / static_cast<double>((chart.size + step - 1) / std::max<std::size_t>(step, 1));
  const double length = std::clamp(0.8 * row, 1.2, 14.0);
  std::vector<double> xs, ys;
  for (std::size_t i = 0; i < std::min(chart.times.size(), chart.units.size()) && xs.size() < chart.most_dots; ++i) {
    if (chart.units[i] >= chart.size || chart.units[i] % step != 0) continue;
    if (!(chart.times[i] >= chart.start && chart.times[i] <= chart.stop)) continue;
    xs.push_back(x(chart.times[i]));
    ys.push_back(y(static_cast<double>(chart.units[i])) - length / 2);
  }
  svg.path(dots(xs, ys, length), fmt::format("dots s{}", chart.colour % series_colours));
  if (with_rate) draw_rate(svg, chart, x);
  return svg.str();
}

}  // namespace cajal::analysis::report
