#include "analysis/functional_connectivity.hpp"

#include <algorithm>
#include <cmath>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr double rounding = 1e-7;

/// Column `unit` without its mean and with norm 1; empty if it is constant.
std::vector<double> standardised(std::span<const float> values, std::size_t units, std::size_t unit) {
  const std::size_t rows = values.size() / units;
  std::vector<double> out(rows);
  double sum = 0, largest = 0;
  for (std::size_t t = 0; t < rows; ++t) {
    out[t] = static_cast<double>(values[t * units + unit]);
    if (!std::isfinite(out[t])) throw Error("functional_connectivity: a recorded value is not finite");
    sum += out[t];
    largest = std::max(largest, std::fabs(out[t]));
  }
  const double mean = sum / static_cast<double>(rows);
  double square = 0, farthest = 0;
  for (double& x : out) {
    x -= mean;
    square += x * x;
    farthest = std::max(farthest, std::fabs(x));
  }
  if (!(farthest > rounding * largest)) return {};
  const double norm = std::sqrt(square);
  for (double& x : out) x /= norm;
  return out;
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

FunctionalConnectivity functional_connectivity(std::span<const float> values, std::size_t units) {
  if (units == 0 || values.size() % units != 0 || values.size() / units < 2)
    throw Error("functional_connectivity: two rows of all units are needed");
  FunctionalConnectivity out;
  out.units = units;
  out.correlation.assign(units * units, NAN);
  std::vector<std::vector<double>> columns(units);
  for (std::size_t i = 0; i < units; ++i) columns[i] = standardised(values, units, i);
  double sum = 0;
  for (std::size_t i = 0; i < units; ++i) {
    if (columns[i].empty()) continue;
    out.correlation[i * units + i] = 1;
    for (std::size_t j = i + 1; j < units; ++j) {
      if (columns[j].empty()) continue;
      const double r = std::clamp(product(columns[i], columns[j]), -1.0, 1.0);
      out.correlation[i * units + j] = out.correlation[j * units + i] = r;
      sum += r;
      ++out.pairs;
    }
  }
  if (out.pairs > 0) out.mean = sum / static_cast<double>(out.pairs);
  return out;
}

std::optional<double> fit(const FunctionalConnectivity& simulated, std::span<const double> empirical) {
  const std::size_t n = simulated.units;
  if (empirical.size() != n * n) throw Error("functional_connectivity: the empirical matrix is of another size");
  std::vector<double> a, b;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      const double x = simulated.correlation[i * n + j], y = empirical[i * n + j];
      if (std::isnan(x) || std::isnan(y)) continue;
      a.push_back(x), b.push_back(y);
    }
  if (a.size() < 2) return {};
  const auto centre = [](std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x;
    for (double& x : v) x -= sum / static_cast<double>(v.size());
  };
  centre(a), centre(b);
  const double norm = std::sqrt(product(a, a) * product(b, b));
  if (!(norm > rounding * rounding)) return {};
  return std::clamp(product(a, b) / norm, -1.0, 1.0);
}

}  // namespace cajal::analysis
