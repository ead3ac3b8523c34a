#include "analysis/sample_matrix.hpp"

#include <algorithm>
#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

/// [unit][sample], so that the innermost loop runs over samples.
std::vector<double> centred_columns(std::span<const float> values, std::size_t samples, std::size_t units) {
  std::vector<double> out(values.size());
  for (std::size_t u = 0; u < units; ++u) {
    double* column = out.data() + u * samples;
    double sum = 0;
    bool varies = false;
    for (std::size_t s = 0; s < samples; ++s) {
      column[s] = static_cast<double>(values[s * units + u]);
      sum += column[s];
      varies = varies || values[s * units + u] != values[u];
    }
    const double mean = sum / static_cast<double>(samples);
    for (std::size_t s = 0; s < samples; ++s) column[s] = varies ? column[s] - mean : 0;
  }
  return out;
}

}  // namespace

double inner(const SampleMatrix& a, const SampleMatrix& b) {
  if (a.samples != b.samples) throw Error("matrices of different numbers of samples");
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) sum += a.values[i] * b.values[i];
  return sum;
}

SampleMatrix centred_gram(std::span<const float> values, std::size_t units) {
  if (units == 0 || values.size() % units != 0)
    throw Error("activity of " + std::to_string(values.size()) + " values is no whole number of rows of " +
                std::to_string(units));
  SampleMatrix out{values.size() / units, {}};
  const std::size_t n = out.samples;
  out.values.assign(n * n, 0.0);
  const std::vector<double> columns = centred_columns(values, n, units);
  // Some rows at a time, so that a column is read once for all of them.
  constexpr std::size_t block = 4;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t last = std::min(n, first + block);
    for (std::size_t u = 0; u < units; ++u) {
      const double* column = columns.data() + u * n;
      for (std::size_t s = first; s < last; ++s) {
        const double x = column[s];
        if (x == 0) continue;
        double* row = out.values.data() + s * n;
        for (std::size_t t = s; t < n; ++t) row[t] += x * column[t];
      }
    }
  }
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t t = 0; t < s; ++t) out.values[s * n + t] = out.values[t * n + s];
  return out;
}

}  // namespace cajal::analysis
