#pragma once

#include <string>

#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

/// How a measure over levels is drawn.
struct LevelPlot {
  std::string measure, part, title, x_name, y_name, caption;
  double factor = 1;  ///< 100: as a percentage
};

/// A line for each learner: its mean over seeds, with a band from the smallest to the largest; the drawing is empty
/// where no learner has such rows.
Figure level_figure(const Report& report, const LevelPlot& plot);

/// What a band is, as the end of a caption; empty of single seeds.
std::string about_bands(const Report& report);

}  // namespace cajal::analysis::report
