#include <fmt/format.h>

#include <cmath>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

/// The simulated matrix, or the empirical one: each with the colours of its own values.
Figure connectivity_figure(const Connectivity& c, const Sheet& matrix) {
  Figure f;
  f.title = c.record + ", " + matrix.labels.front();
  f.drawing = sheet(matrix);
  if (&matrix == &c.sheets.front()) {
    f.caption = fmt::format("Correlation of {} over time, each with each.", counted(matrix.width, "recorded unit"));
    if (std::isfinite(c.mean)) f.caption += fmt::format(" Mean over pairs: {}.", number(c.mean));
  } else {
    f.caption = "What the simulated one is compared with.";
    if (std::isfinite(c.fit)) f.caption += fmt::format(" Correlation of both over pairs: {}.", number(c.fit));
  }
  f.caption +=
      fmt::format(" Full colour is {}. All values: {} in the result file.", number(full_colour(matrix)), c.path);
  return f;
}

}  // namespace

std::string connectivity_section(const Report& r) {
  std::string figures;
  for (const Connectivity& c : r.connectivity)
    for (const Sheet& matrix : c.sheets) figures += figure(connectivity_figure(c, matrix));
  if (figures.empty()) return {};
  return section(r.anchor + "connectivity", "Functional connectivity",
                 "<div class=\"figures\">\n" + figures + "</div>\n",
                 "How alike the courses of units are. Blue is below zero and orange above, or blue alone where nothing "
                 "is negative.");
}

}  // namespace cajal::analysis::report
