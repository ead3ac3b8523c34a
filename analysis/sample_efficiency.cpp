#include "analysis/sample_efficiency.hpp"

#include <cmath>

#include "sim/error.hpp"

namespace cajal::analysis {

double area_over_log(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size() || x.size() < 2) throw Error("area over log: fewer than two points");
  double area = 0;
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (!(x[i - 1] > 0) || !(x[i] > x[i - 1])) throw Error("area over log: x is not ascending from above 0");
    area += 0.5 * (y[i] + y[i - 1]) * std::log(x[i] / x[i - 1]);
  }
  return area / std::log(x.back() / x.front());
}

}  // namespace cajal::analysis
