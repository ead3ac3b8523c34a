#include "analysis/report/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/html.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

namespace {

constexpr double width = 460, left = 58, right = 440, top = 12;
constexpr std::size_t most_points = 1200;

void append(std::vector<double>& all, const std::vector<double>& some) {
  all.insert(all.end(), some.begin(), some.end());
}

/// Indices of the points that are drawn.
std::vector<std::size_t> kept_points(const std::vector<double>& y) {
  std::vector<std::size_t> kept;
  const std::size_t stretch = y.size() <= most_points ? 1 : (2 * y.size() + most_points - 1) / most_points;
  for (std::size_t begin = 0; begin < y.size(); begin += stretch) {
    const std::size_t end = std::min(y.size(), begin + stretch);
    std::size_t low = begin, high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (y[i] < y[low] || !std::isfinite(y[low])) low = i;
      if (y[i] > y[high] || !std::isfinite(y[high])) high = i;
    }
    kept.push_back(std::min(low, high));
    if (low != high) kept.push_back(std::max(low, high));
  }
  return kept;
}

/// The area between `low` and `high`, as far as both are there.
void draw_band(Svg& svg, const Series& s, const Scale& x, const Scale& y) {
  const std::size_t points = std::min({s.x.size(), s.low.size(), s.high.size()});
  std::string upper, lower;
  for (std::size_t i = 0; i < points; ++i) {
    if (!std::isfinite(s.x[i]) || !std::isfinite(s.low[i]) || !std::isfinite(s.high[i])) continue;
    const auto at = [&](double v) { return place(x(s.x[i])) + " " + place(y(std::clamp(v, y.low, y.high))); };
    upper += (upper.empty() ? "M" : "L") + at(s.high[i]);
    lower = "L" + at(s.low[i]) + lower;
  }
  if (!upper.empty()) svg.path(upper + lower + "z", fmt::format("band s{}", s.colour % series_colours));
}

void draw_series(Svg& svg, const Series& s, const Scale& x, const Scale& y, std::optional<double> highest) {
  std::string d;
  bool open = false;
  const auto at = [&](double v) { return y(highest ? std::min(v, *highest) : v); };
  const std::size_t points = std::min(s.x.size(), s.y.size());
  for (std::size_t i : kept_points({s.y.begin(), s.y.begin() + static_cast<std::ptrdiff_t>(points)})) {
    if (!std::isfinite(s.x[i]) || !std::isfinite(s.y[i])) {
      open = false;
      continue;
    }
    d += (open ? "L" : "M") + place(x(s.x[i])) + " " + place(at(s.y[i]));
    open = true;
  }
  svg.path(d, fmt::format("line s{}{}{}", s.colour % series_colours, s.colour >= series_colours ? " again" : "",
                          s.dashed ? " dashed" : ""));
  if (!s.markers) return;
  for (std::size_t i = 0; i < points; ++i)
    if (std::isfinite(s.x[i]) && std::isfinite(s.y[i]))
      svg.marker(x(s.x[i]), at(s.y[i]), s.colour, !s.dashed,
                 fmt::format("{}: {} at {}", s.name, number(s.y[i]), number(s.x[i])));
}

std::string nothing(const std::string& what) { return "<p class=\"note\">" + escape(what) + "</p>"; }

}  // namespace

std::string line_chart(const LineChart& chart) {
  std::vector<double> xs, ys;
  for (const Series& s : chart.series) {
    append(xs, s.x);
    append(ys, s.y);
    append(ys, s.low);
    append(ys, s.high);
  }
  const auto drawn = [](double v, bool logarithmic) { return std::isfinite(v) && (v > 0 || !logarithmic); };
  std::erase_if(xs, [&](double v) { return !drawn(v, chart.x_logarithmic); });
  if (xs.empty() || std::none_of(ys.begin(), ys.end(), [&](double v) { return drawn(v, chart.y_logarithmic); }))
    return nothing("No values.");
  Axes axes{chart.x_name, chart.y_name, scale_of(xs, chart.x_logarithmic), scale_of(ys, chart.y_logarithmic)};
  const double smallest = *std::min_element(xs.begin(), xs.end()), largest = *std::max_element(xs.begin(), xs.end());
  if (largest > smallest) {
    axes.x.low = smallest;
    axes.x.high = largest;
  }
  if (chart.y_highest) axes.y.high = std::min(axes.y.high, *chart.y_highest);
  axes.x_whole = chart.x_whole;
  const double bottom = 240, inset = chart.series.front().markers ? 8 : 0;
  axes.x.begin = left;
  axes.x.end = right;
  axes.y.begin = bottom;
  axes.y.end = top;
  Svg svg(width, bottom + 42, chart.description);
  if (inset > 0 && largest > smallest) {
    // Markers do not sit on the frame.
    const double share = inset / (right - left);
    const double margin = chart.x_logarithmic ? std::pow(largest / smallest, share) : share * (largest - smallest);
    axes.x.low = chart.x_logarithmic ? smallest / margin : smallest - margin;
    axes.x.high = chart.x_logarithmic ? largest * margin : largest + margin;
  }
  draw(svg, axes);
  for (const Series& s : chart.series) draw_band(svg, s, axes.x, axes.y);
  for (const Series& s : chart.series) {
    Series drawable = s;
    for (std::size_t i = 0; i < std::min(s.x.size(), s.y.size()); ++i)
      if (!drawn(s.x[i], chart.x_logarithmic) || !drawn(s.y[i], chart.y_logarithmic)) drawable.y[i] = NAN;
    draw_series(svg, drawable, axes.x, axes.y, chart.y_highest);
  }
  return svg.str();
}

std::string lane_chart(const LineChart& chart) {
  std::vector<double> xs, ys;
  for (const Series& s : chart.series) {
    append(xs, s.x);
    append(ys, s.y);
  }
  if (std::none_of(ys.begin(), ys.end(), [](double v) { return std::isfinite(v); })) return nothing("No values.");
  const double lane = 54, gap = 16;
  const double bottom = top + static_cast<double>(chart.series.size()) * (lane + gap);
  Svg svg(width, bottom - gap + 42, chart.description);
  Axes axes{chart.x_name, "", scale_of(xs), scale_of(ys)};
  axes.x.low = *std::min_element(xs.begin(), xs.end());
  axes.x.high = *std::max_element(xs.begin(), xs.end());
  axes.x.begin = left;
  axes.x.end = right - 8;
  axes.y_ticks = 3;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    axes.y.end = top + static_cast<double>(i) * (lane + gap);
    axes.y.begin = axes.y.end + lane;
    axes.x_labels = i + 1 == chart.series.size();
    draw(svg, axes);
    draw_series(svg, chart.series[i], axes.x, axes.y, {});
    svg.text(width - 2, (axes.y.begin + axes.y.end) / 2, chart.series[i].name, "middle", "small", true);
  }
  svg.text(13, (top + bottom - gap) / 2, chart.y_name, "middle", "name", true);
  return svg.str();
}

namespace {

struct Box {
  double left, right, top, bottom;
  bool meets(const Box& o) const { return left < o.right && o.left < right && top < o.bottom && o.top < bottom; }
};

/// Writes a name beside a point where it meets nothing of `taken`; above to the right if it does everywhere.
void place_label(Svg& svg, const std::string& name, std::size_t colour, double x, double y, std::vector<Box>& taken) {
  const double wide = 7.2 * static_cast<double>(name.size()), high = 13;
  std::vector<Box> places;
  for (const double below : {-9.0, 19.0, -23.0, 33.0, -37.0, 47.0}) {
    places.push_back({x + 7, x + 7 + wide, y + below - high, y + below});
    places.push_back({x - 7 - wide, x - 7, y + below - high, y + below});
  }
  const auto good = std::find_if(places.begin(), places.end(), [&](const Box& b) {
    return b.top >= 0 && b.bottom <= 236 && b.left >= left && b.right <= width &&
           std::none_of(taken.begin(), taken.end(), [&](const Box& o) { return b.meets(o); });
  });
  const Box box = good == places.end() ? places.front() : *good;
  svg.text(box.left, box.bottom - 2, name, "start", fmt::format("label s{}", colour % series_colours));
  taken.push_back(box);
}

}  // namespace

std::string scatter_chart(const ScatterChart& chart) {
  std::vector<double> xs, ys;
  for (const ScatterPoint& p : chart.points) {
    xs.push_back(p.x);
    if (p.other_x) xs.push_back(*p.other_x);
    append(ys, {p.y, p.low.value_or(p.y), p.high.value_or(p.y)});
  }
  if (xs.empty()) return nothing("No values.");
  const double bottom = 240;
  Axes axes{chart.x_name, chart.y_name, scale_of(xs, true), scale_of(ys)};
  axes.x.begin = left;
  axes.x.end = right;
  axes.y.begin = bottom;
  axes.y.end = top;
  Svg svg(width, bottom + 42, chart.description);
  draw(svg, axes);
  std::vector<Box> taken;
  for (const ScatterPoint& p : chart.points) {
    const double x = axes.x(p.x), y = axes.y(p.y);
    const std::string colour = fmt::format(" s{}", p.colour % series_colours);
    if (p.other_x) {
      svg.line(x, y, axes.x(*p.other_x), y, "thin" + colour);
      svg.marker(axes.x(*p.other_x), y, p.colour, false, fmt::format("{}: {}", p.name, number(*p.other_x)));
    }
    if (p.low && p.high) svg.line(x, axes.y(*p.low), x, axes.y(*p.high), "bar" + colour);
    svg.marker(x, y, p.colour, true, fmt::format("{}: {} at {}", p.name, number(p.y), number(p.x)));
    taken.push_back({x - 5, x + 5, y - 5, y + 5});
    if (p.other_x) taken.push_back({axes.x(*p.other_x) - 5, axes.x(*p.other_x) + 5, y - 5, y + 5});
  }
  for (const ScatterPoint& p : chart.points) place_label(svg, p.name, p.colour, axes.x(p.x), axes.y(p.y), taken);
  return svg.str();
}

BarChart histogram(std::span<const double> values, std::size_t bars) {
  BarChart chart;
  std::vector<double> finite;
  for (double v : values)
    if (std::isfinite(v)) finite.push_back(v);
  if (finite.empty() || bars == 0) return chart;
  const Scale scale = scale_of(finite);
  const std::vector<double> ticks = scale.ticks(bars);
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 1;
  const auto n = static_cast<std::size_t>(std::max(1.0, std::round((scale.high - scale.low) / step)));
  for (std::size_t i = 0; i <= n; ++i) chart.edges.push_back(scale.low + static_cast<double>(i) * step);
  chart.heights.assign(n, 0);
  for (double v : finite) {
    const double bin = std::floor((v - scale.low) / step);
    chart.heights[static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(n - 1)))] += 1;
  }
  return chart;
}

std::string bar_chart(const BarChart& chart) {
  if (chart.heights.empty() || chart.edges.size() != chart.heights.size() + 1) return nothing("No values.");
  std::vector<double> heights = chart.heights;
  heights.push_back(0);
  const double bottom = 170;
  Axes axes{chart.x_name, chart.y_name, {}, scale_of(heights)};
  axes.x.low = chart.edges.front();
  axes.x.high = chart.edges.back();
  axes.x.begin = left;
  axes.x.end = right;
  axes.y.begin = bottom;
  axes.y.end = top;
  axes.y_ticks = 4;
  axes.y_whole = true;
  Svg svg(width, bottom + 42, chart.description);
  draw(svg, axes);
  for (std::size_t i = 0; i < chart.heights.size(); ++i) {
    const double x = axes.x(chart.edges[i]), y = axes.y(chart.heights[i]);
    svg.rect(x + 0.5, y, std::max(0.5, axes.x(chart.edges[i + 1]) - x - 1), bottom - y,
             fmt::format("fill s{}", chart.colour % series_colours));
  }
  return svg.str();
}

std::string legend(const std::vector<std::string>& names) {
  std::string out = "<p class=\"legend\">";
  for (std::size_t i = 0; i < names.size(); ++i) {
    Svg swatch(14, 14, names[i]);
    swatch.marker(7, 7, i, true, "");
    out += "<span>" + swatch.str() + escape(names[i]) + "</span> ";
  }
  return out + "</p>\n";
}

}  // namespace cajal::analysis::report
