#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/svg.hpp"

namespace cajal::analysis::report {

namespace {

constexpr double panel = 250, left = 50, right = 232;
constexpr std::size_t most_dots = 1500, most_learners = 12, most_sheets = 12;

std::size_t square_side(std::size_t n) {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(n))));
  return side * side == n ? side : 0;
}

/// Values as a picture in ink, the largest black.
std::string picture(const std::vector<double>& values, std::size_t side, const std::string& description) {
  const double most = std::max(1e-30, *std::max_element(values.begin(), values.end()));
  std::vector<std::uint8_t> pixels;
  for (double v : values)
    pixels.push_back(std::isfinite(v) ? static_cast<std::uint8_t>(std::lround(255 * std::clamp(v / most, 0.0, 1.0)))
                                      : 0);
  Svg svg(110, 110, description);
  svg.image(0, 0, 110, 110, png_address(pixels, side, side, ink()), "picture ink");
  svg.rect(0.5, 0.5, 109, 109, "frame");
  return "<div class=\"input\">" + svg.str() + "</div>";
}

std::string raster(const NodeActivity& a, std::size_t sample, double steps) {
  const double bottom = a.units <= 20 ? 82 : 122, top = 4;
  Svg svg(panel, bottom + 40, fmt::format("spikes of {}", a.node));
  Axes axes{
      "step of the trial", "unit", {0, steps, left, right}, {-0.5, static_cast<double>(a.units) - 0.5, bottom, top}};
  axes.grid = false;
  axes.x_ticks = 4;
  axes.y_ticks = 3;
  axes.x_whole = axes.y_whole = true;
  draw(svg, axes);
  const auto& which = a.which[sample];
  const std::size_t each = raster_step(which, a.units, most_dots);
  const double length = std::clamp(0.8 * (bottom - top) / (static_cast<double>(a.units) / static_cast<double>(each)),
                                   which.size() < 200 ? 5.0 : 1.6, 7.0);
  std::vector<double> xs, ys;
  for (std::size_t i = 0; i < which.size() && xs.size() < most_dots; ++i) {
    if (which[i] >= a.units || which[i] % each != 0) continue;
    xs.push_back(axes.x(a.step[sample][i] + 0.5));
    ys.push_back(axes.y(static_cast<double>(which[i])) - length / 2);
  }
  svg.path(dots(xs, ys, length), "dots s0");
  return svg.str();
}

/// Units as squares of a grid, row by row from the left above; the largest magnitude is full.
std::string map(const NodeActivity& a, std::size_t sample) {
  const auto& values = a.mean[sample];
  double most = 0;
  bool has_negative = false;
  for (double v : values) {
    if (!std::isfinite(v)) continue;
    most = std::max(most, std::abs(v));
    has_negative = has_negative || v < 0;
  }
  const std::size_t columns =
      a.units <= 16 ? a.units : static_cast<std::size_t>(std::ceil(std::sqrt(2.0 * static_cast<double>(a.units))));
  const std::size_t rows = (a.units + columns - 1) / columns;
  const double cell = (right - left) / static_cast<double>(columns), high = cell * static_cast<double>(rows);
  std::vector<std::uint8_t> pixels(rows * columns, has_negative ? 128 : 0);
  for (std::size_t i = 0; i < std::min(values.size(), pixels.size()); ++i) {
    const double share = most > 0 && std::isfinite(values[i]) ? values[i] / most : 0;
    pixels[i] = static_cast<std::uint8_t>(has_negative ? std::lround(128 + 127 * share) : std::lround(255 * share));
  }
  Svg svg(panel, high + (a.units <= 16 ? 34 : 22), fmt::format("activations of {}", a.node));
  svg.image(left, 2, right - left, high, png_address(pixels, columns, rows, has_negative ? diverging() : sequential()),
            "picture");
  svg.rect(left, 2, right - left, high, "frame");
  double y = high + 14;
  if (a.units <= 16) {
    for (std::size_t i = 0; i < a.units; ++i)
      svg.text(left + cell * (static_cast<double>(i) + 0.5), y, std::to_string(i), "middle", "small");
    y += 14;
  }
  svg.text((left + right) / 2, y,
           fmt::format("{} units, full colour: {}{}", a.units, has_negative ? "±" : "", short_number(most)), "middle",
           "small");
  return svg.str();
}

std::vector<std::string> activity_row(const NodeActivity& a, std::size_t sample, const std::string& title) {
  const auto& values = a.mean[sample];
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  const std::size_t shown = std::min<std::size_t>(5, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                    [&](std::size_t i, std::size_t j) {
                      return std::isfinite(values[i]) && (!std::isfinite(values[j]) || values[i] > values[j]);
                    });
  double active = 0, sum = 0;
  std::string top;
  for (double v : values) {
    if (!std::isfinite(v)) continue;
    active += v != 0;
    sum += v;
  }
  for (std::size_t k = 0; k < shown; ++k)
    top += fmt::format("{}{}: {}", k > 0 ? ", " : "", order[k], number(values[order[k]]));
  return {title,
          a.node,
          a.spiking ? count(static_cast<double>(a.which[sample].size())) : "–",
          fmt::format("{} of {}", count(active), a.units),
          number(sum / std::max<double>(1, static_cast<double>(values.size()))),
          top};
}

/// What is drawn of one learner for one sample, and which kinds of drawing there are.
struct Panels {
  std::string input, markup;
  bool spiking = false, graded = false;
};

Panels panels_of(const Learner& l, std::size_t sample, Table& numbers) {
  Panels p;
  for (const NodeActivity& a : l.activity) {
    if (sample >= a.mean.size() || a.units == 0 || a.mean[sample].size() != a.units) continue;
    numbers.rows.push_back(activity_row(a, sample, l.name));
    const std::size_t side = square_side(a.units);
    const bool spiking = a.spiking && sample < a.which.size() && sample < a.step.size();
    if (&a == &l.activity.front() && side >= 5) {
      p.input = picture(a.mean[sample], side, l.samples[sample].name);
      if (!spiking) continue;
    }
    (spiking ? p.spiking : p.graded) = true;
    p.markup += fmt::format("<div><h5>{} <small>{}</small></h5>{}</div>\n", escape(a.node),
                            spiking ? "spikes" : "activations", spiking ? raster(a, sample, l.steps) : map(a, sample));
  }
  return p;
}

/// The answers of all learners to one sample.
Figure sample_figure(const Report& r, std::size_t sample) {
  Figure f;
  f.wide = true;
  f.numbers.header = {"learner", "node", "spikes", "units not at zero", "mean output", "most active units"};
  std::string blocks, input;
  bool spiking = false, graded = false, input_is_graded = false;
  const auto shown_learners = std::span(r.learners).first(std::min(most_learners, r.learners.size()));
  for (const Learner& l : shown_learners) {
    if (sample >= l.samples.size()) continue;
    const Panels p = panels_of(l, sample, f.numbers);
    if (p.markup.empty() && p.input.empty()) continue;
    const Sample& shown = l.samples[sample];
    if (f.title.empty()) f.title = shown.name;
    // The clearest picture of the input is one that is not made of spikes.
    const bool graded_input = !l.activity.empty() && !l.activity.front().spiking;
    if (!p.input.empty() && (input.empty() || (graded_input && !input_is_graded))) {
      input = p.input;
      input_is_graded = graded_input;
    }
    spiking = spiking || p.spiking;
    graded = graded || p.graded;
    std::string title = l.name;
    if (shown.name != f.title) title += ", " + shown.name;
    if (!shown.answer.empty()) title += ": " + shown.answer;
    blocks +=
        "<div class=\"block\"><h4>" + escape(title) + "</h4><div class=\"panels\">\n" + p.markup + "</div></div>\n";
    f.numbers.note = fmt::format("All values: {}activity in the result file.",
                                 r.learners.size() > 1 ? "/runs/<learner>/<seed>/" : l.path);
  }
  if (blocks.empty()) return {};
  f.drawing = input + "<div class=\"blocks\">\n" + blocks + "</div>";
  f.caption = "What each layer of each learner makes of this sample.";
  if (spiking)
    f.caption += fmt::format(
        " Rasters: each mark is a spike of one unit (up) at one step (right), of every k-th unit where there are more "
        "than {} spikes.",
        count(most_dots));
  if (graded)
    f.caption +=
        " Maps: each square is the mean output of one unit, row by row; where outputs of both signs occur, blue is "
        "below zero and orange above.";
  return f;
}

}  // namespace

std::string activity_section(const Report& r) {
  std::string figures;
  std::size_t samples = 0;
  for (const Learner& l : r.learners) samples = std::max(samples, l.samples.size());
  for (std::size_t s = 0; s < samples; ++s)
    if (const Figure f = sample_figure(r, s); !f.drawing.empty()) figures += figure(f);
  if (figures.empty()) return {};
  return section(r.anchor + "activity", "Activity", "<div class=\"figures\">\n" + figures + "</div>\n",
                 "The first test samples go through every learner: rasters of spikes beside maps of activations." +
                     (r.learners.size() > most_learners ? fmt::format(" Shown are the first {} of {}.", most_learners,
                                                                      counted(r.learners.size(), "learner"))
                                                        : std::string()));
}

std::string fields_section(const Report& r) {
  std::string figures;
  std::size_t drawn = 0;
  for (const Learner& l : r.learners)
    for (const Fields& fields : l.fields) {
      if (drawn++ >= most_sheets) continue;
      Figure f;
      f.title = fmt::format("{}: {}", l.name, fields.edge);
      f.drawing = sheet(fields.sheet);
      if (f.drawing.empty()) continue;
      const std::string unit = fields.sheet.unit.empty() ? "" : " " + fields.sheet.unit;
      f.caption = fmt::format("Final weights from all inputs to {} of {} units, each a picture of {} x {}.",
                              fields.sheet.pictures.size(), count(static_cast<double>(fields.all)), fields.sheet.height,
                              fields.sheet.width);
      if (fields.sheet.pictures.size() < fields.all) f.caption += " Shown are those with the strongest weights.";
      if (fields.labels_are_classes) f.caption += " Below each stands the class that the unit speaks for.";
      f.caption += fmt::format(" An empty pixel is 0, full colour is {}{}; 0.5 % of the weights are beyond.",
                               number(full_colour(fields.sheet)), unit);
      f.numbers.header = {"unit", "label", "smallest" + unit, "mean" + unit, "largest" + unit, "sum" + unit};
      for (std::size_t k = 0; k < fields.sheet.pictures.size(); ++k) {
        const auto& p = fields.sheet.pictures[k];
        if (p.empty()) continue;
        const double sum = std::accumulate(p.begin(), p.end(), 0.0);
        const auto [low, high] = std::minmax_element(p.begin(), p.end());
        f.numbers.rows.push_back({k < fields.units.size() ? std::to_string(fields.units[k]) : "–",
                                  k < fields.sheet.labels.size() ? fields.sheet.labels[k] : "–", number(*low),
                                  number(sum / static_cast<double>(p.size())), number(*high), number(sum)});
      }
      f.numbers.note = fmt::format("All weights: {} in the result file, or `cajal weights RESULT.h5 edge.{}`.",
                                   fields.path, fields.edge);
      figures += figure(f);
    }
  if (figures.empty()) return {};
  return section(r.anchor + "weights", "Weights of the first layer", "<div class=\"figures\">\n" + figures + "</div>\n",
                 "What each unit looks for in the input: its incoming weights, laid out as the input is. Where no "
                 "weight is negative, deeper blue is stronger; else blue is below zero and orange above." +
                     (drawn > most_sheets ? fmt::format(" Drawn are the first {} of {} edges.", most_sheets, drawn)
                                          : std::string()));
}

}  // namespace cajal::analysis::report
