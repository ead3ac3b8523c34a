#include "analysis/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/html.hpp"

namespace cajal::analysis::report {

std::string place(double value) {
  const double tenths = std::round(value * 10);
  if (tenths == 0 || !std::isfinite(tenths)) return "0";
  return fmt::format("{:g}", tenths / 10);
}

Svg::Svg(double width, double height, std::string_view description)
    : width_(width), height_(height), description_(description) {}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view classes) {
  body_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", place(x1), place(y1),
                       place(x2), place(y2), classes);
}

void Svg::rect(double x, double y, double width, double height, std::string_view classes, double opacity) {
  body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"", place(x), place(y),
                       place(width), place(height), classes);
  if (opacity < 1) body_ += fmt::format(" fill-opacity=\"{:.2f}\"", std::max(0.0, opacity));
  body_ += "/>\n";
}

void Svg::text(double x, double y, std::string_view text, std::string_view anchor, std::string_view classes,
               bool turned) {
  body_ += fmt::format("<text x=\"{}\" y=\"{}\"", place(x), place(y));
  if (anchor != "start") body_ += fmt::format(" text-anchor=\"{}\"", anchor);
  if (!classes.empty()) body_ += fmt::format(" class=\"{}\"", classes);
  if (turned) body_ += fmt::format(" transform=\"rotate(-90 {} {})\"", place(x), place(y));
  body_ += ">" + escape(text) + "</text>\n";
}

void Svg::path(std::string_view d, std::string_view classes, std::string_view tip) {
  if (d.empty()) return;
  body_ += fmt::format("<path d=\"{}\" class=\"{}\"", d, classes);
  body_ += tip.empty() ? "/>\n" : "><title>" + escape(tip) + "</title></path>\n";
}

void Svg::marker(double x, double y, std::size_t series, bool filled, std::string_view tip) {
  std::string d;
  const std::string at = "M" + place(x) + " " + place(y);
  switch (series % 6) {
    case 0:
      d = at + "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z";
      break;
    case 1:
      d = at + "m-3.6-3.6h7.2v7.2h-7.2z";
      break;
    case 2:
      d = at + "m0-5l4.6 8.2h-9.2z";
      break;
    case 3:
      d = at + "m0-5l5 5l-5 5l-5-5z";
      break;
    case 4:
      d = at + "m0 5l4.6-8.2h-9.2z";
      break;
    default:
      d = at + "m-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z";
  }
  path(d, fmt::format("{} s{}", filled ? "mark" : "hollow", series % series_colours), tip);
}

void Svg::image(double x, double y, double width, double height, std::string_view address, std::string_view classes) {
  body_ += fmt::format(
      "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" class=\"{}\" href=\"{}\"/>\n",
      place(x), place(y), place(width), place(height), classes, address);
}

std::string Svg::str() const {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" style=\"max-width:{}px\" "
      "xmlns=\"http://www.w3.org/2000/svg\">\n{}</svg>",
      place(width_), place(height_), escape(description_), place(width_ * 1.45), body_);
}

double Scale::operator()(double value) const {
  double share = 0.5;
  if (logarithmic) {
    if (high > low && low > 0) share = std::log(std::max(value, low) / low) / std::log(high / low);
  } else if (high > low) {
    share = (value - low) / (high - low);
  }
  return begin + share * (end - begin);
}

namespace {

/// 1, 2 or 5 times a power of ten, at least `size`.
double round_up(double size) {
  const double power = std::pow(10.0, std::floor(std::log10(size)));
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= size * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

}  // namespace

std::vector<double> Scale::ticks(std::size_t wanted) const {
  std::vector<double> found;
  if (!(high > low) || wanted == 0) return {low};
  if (logarithmic) {
    const double first = std::ceil(std::log10(low) - 1e-9), last = std::floor(std::log10(high) + 1e-9);
    const double step = std::max(1.0, std::ceil((last - first) / static_cast<double>(wanted)));
    for (double e = first; e <= last; e += step) found.push_back(std::pow(10.0, e));
    if (found.size() > 2) return found;
    found.clear();
    for (double e = std::floor(std::log10(low)); e <= last; ++e)
      for (const double factor : {1.0, 2.0, 5.0})
        if (const double v = factor * std::pow(10.0, e); v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9))
          found.push_back(v);
    return found;
  }
  const double step = round_up((high - low) / static_cast<double>(wanted));
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step && found.size() < 4 * wanted; ++k)
    found.push_back(k == 0 ? 0 : k * step);
  return found;
}

Scale scale_of(const std::vector<double>& values, bool logarithmic) {
  double low = INFINITY, high = -INFINITY;
  for (double v : values) {
    if (!std::isfinite(v) || (logarithmic && v <= 0)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  Scale scale;
  scale.logarithmic = logarithmic;
  if (low > high) {
    if (logarithmic) scale.low = 0.1;
    return scale;
  }
  if (logarithmic) {
    scale.low = std::pow(10.0, std::floor(std::log10(low) + 1e-9));
    scale.high = std::pow(10.0, std::ceil(std::log10(high) - 1e-9));
    if (!(scale.high > scale.low)) scale.high = 10 * scale.low;
    return scale;
  }
  if (!(high > low)) {
    const double half = low == 0 ? 1 : std::abs(low) * 0.1;
    scale.low = low - half;
    scale.high = high + half;
    return scale;
  }
  const double step = round_up((high - low) / 5);
  scale.low = std::floor(low / step + 1e-9) * step;
  scale.high = std::ceil(high / step - 1e-9) * step;
  return scale;
}

void draw(Svg& svg, const Axes& axes) {
  const double left = axes.x.begin, right = axes.x.end, bottom = axes.y.begin, top = axes.y.end;
  const auto whole = [](double v) { return std::abs(v - std::round(v)) < 1e-9; };
  for (double v : axes.y.ticks(axes.y_ticks)) {
    if (axes.y_whole && !whole(v)) continue;
    const double y = axes.y(v);
    if (axes.grid) svg.line(left, y, right, y, "grid");
    svg.text(left - 6, y + 4, short_number(v), "end");
  }
  for (double v : axes.x.ticks(axes.x_ticks)) {
    if (axes.x_whole && !whole(v)) continue;
    const double x = axes.x(v);
    svg.line(x, bottom, x, bottom + 4, "axis");
    if (axes.x_labels) svg.text(x, bottom + 16, short_number(v), "middle");
  }
  svg.line(left, bottom, right, bottom, "axis");
  svg.line(left, top, left, bottom, "axis");
  if (axes.x_labels) svg.text((left + right) / 2, bottom + 33, axes.x_name, "middle", "name");
  svg.text(13, (top + bottom) / 2, axes.y_name, "middle", "name", true);
}

}  // namespace cajal::analysis::report
