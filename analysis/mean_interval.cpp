#include "analysis/mean_interval.hpp"

#include <cmath>

#include "analysis/paired.hpp"

namespace cajal::analysis {

MeanInterval mean_interval(std::span<const double> values) {
  MeanInterval out{0, NAN, NAN, 0};
  for (const double v : values)
    if (std::isfinite(v)) out.mean += v, ++out.n;
  const auto n = static_cast<double>(out.n);
  out.mean = out.n > 0 ? out.mean / n : NAN;
  if (out.n < 2) return out;
  double squares = 0;
  for (const double v : values)
    if (std::isfinite(v)) squares += (v - out.mean) * (v - out.mean);
  const double half = mean_interval(std::sqrt(squares / (n - 1)), out.n);
  out.low = out.mean - half;
  out.high = out.mean + half;
  return out;
}

}  // namespace cajal::analysis
