#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cajal::analysis::report {

/// A line of a chart; points that are not finite break it.
struct Series {
  std::string name;
  std::vector<double> x, y;
  std::size_t colour = 0;  ///< and the shape of its markers
  bool dashed = false;
  bool markers = false;
  std::vector<double> low = {}, high = {};  ///< [point], a band around the line; empty: none
};

struct LineChart {
  std::string description, x_name, y_name;
  std::vector<Series> series;
  bool x_whole = false;             ///< the x axis counts
  std::optional<double> y_highest;  ///< the y axis does not go beyond
  bool x_logarithmic = false, y_logarithmic = false;
};
/// A long series keeps the smallest and the largest value of each of its stretches, so that spikes stay.
std::string line_chart(const LineChart& chart);
/// Each series in a lane of its own, all on one scale.
std::string lane_chart(const LineChart& chart);

/// Values of one kind on one line each, one below the other, with their intervals.
struct StripPoint {
  std::string label;
  double value = 0;  ///< NaN: its line stays empty
  std::optional<double> low, high;
  std::size_t colour = 0;
};
struct StripChart {
  std::string description, name;  ///< `energy (pJ per sample)`
  std::vector<StripPoint> points;
  bool lower_is_better = false;           ///< the scale runs backwards, so that better is to the right
  bool labels = false;                    ///< before each line
  std::optional<double> lowest, highest;  ///< beyond which the scale does not go
  std::optional<std::size_t> best;        ///< which point is named
};
/// Logarithmic where the values span decades.
std::string strip_chart(const StripChart& chart);

/// Numbers as cells of a matrix: full blue is `high`, full vermilion is -`high`; where cells are few, with their
/// numbers.
struct MatrixChart {
  std::string description, x_name, y_name;
  std::vector<std::string> rows, columns;
  std::vector<double> values;  ///< [row][column]; NaN: empty
  double low = 0, high = 1;    ///< no colour, full colour
  int decimals = 2;
  bool numbers = true;
};
std::string matrix_chart(const MatrixChart& chart);

/// A point with the interval of its y value, and perhaps a second x value that a thin line joins to it.
struct ScatterPoint {
  std::string name;
  double x = 0, y = 0;
  std::optional<double> low, high, other_x;
  std::size_t colour = 0;  ///< and shape
};
struct ScatterChart {
  std::string description, x_name, y_name;  ///< x is logarithmic
  std::vector<ScatterPoint> points;
};
std::string scatter_chart(const ScatterChart& chart);

/// Points of several groups in a plane, each group a colour and a shape, its number written at its middle.
struct CloudChart {
  std::string description, x_name, y_name;
  std::vector<double> x, y;
  std::vector<std::size_t> group;  ///< [point]; empty: all of one, without a number
};
std::string cloud_chart(const CloudChart& chart);

/// A bar chart of counts: bar i reaches from `edges[i]` to `edges[i + 1]`.
struct BarChart {
  std::string description, x_name, y_name;
  std::vector<double> edges, heights;
  std::size_t colour = 0;
};
std::string bar_chart(const BarChart& chart);

/// Counts values in about `bars` round intervals.
BarChart histogram(std::span<const double> values, std::size_t bars);

/// Names beside their colours and shapes, as markup that wraps.
std::string legend(const std::vector<std::string>& names);

/// Spikes as dots, and below them what a population does together.
struct RasterChart {
  std::string description;
  std::string x_name = "time (ms)", y_name = "unit";
  std::vector<double> times;
  std::vector<std::uint64_t> units;
  std::size_t size = 1;        ///< units of the population
  double start = 0, stop = 1;  ///< the stretch of time that is shown
  std::vector<double> rate;    ///< Hz, in equal bins over that stretch; empty: none is drawn
  std::size_t colour = 0;
  std::size_t most_dots = 4000;
};
/// How many units stand between two that are shown: 1 shows all. The smallest with at most `most_dots` spikes.
std::size_t raster_step(std::span<const std::uint64_t> units, std::size_t size, std::size_t most_dots);
std::string raster_chart(const RasterChart& chart);

/// The rate of a population, in Hz, in equal bins of `width` ms from `start` on; a spike at the end of a bin is its.
std::vector<double> population_rate(std::span<const double> times, std::size_t size, double start, double stop,
                                    std::size_t bins);

/// The path of dots, `length` long and upright, for spikes of every `step`-th unit, at most `most`.
std::string dots(std::span<const double> x, std::span<const double> y, double length);

}  // namespace cajal::analysis::report
