#include <fmt/format.h>

#include <cmath>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

Figure connectivity_figure(const Connectivity& c) {
  Figure f;
  f.title = c.record;
  f.drawing = sheet(c.sheet);
  f.caption = fmt::format("Correlation of {} over time, each with each.", counted(c.sheet.width, "recorded unit"));
  if (std::isfinite(c.mean)) f.caption += fmt::format(" Mean over pairs: {}.", number(c.mean));
  if (std::isfinite(c.fit))
    f.caption += fmt::format(" Correlation with the empirical matrix over pairs: {}.", number(c.fit));
  f.caption +=
      fmt::format(" Full colour is {}. All values: {} in the result file.", number(full_colour(c.sheet)), c.path);
  return f;
}

}  // namespace

std::string connectivity_section(const Report& r) {
  std::string figures;
  for (const Connectivity& c : r.connectivity) figures += figure(connectivity_figure(c));
  if (figures.empty()) return {};
  return section("connectivity", "Functional connectivity", "<div class=\"figures\">\n" + figures + "</div>\n",
                 "How alike the courses of units are. Blue is below zero and orange above, or blue alone where nothing "
                 "is negative.");
}

}  // namespace cajal::analysis::report
