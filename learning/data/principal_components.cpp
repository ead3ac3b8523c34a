#include "learning/data/principal_components.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "learning/linear_algebra.hpp"
#include "sim/error.hpp"
#include "sim/memory.hpp"

namespace cajal::data {

namespace {

/// So that a direction has one sign.
void orient(std::span<double> direction) {
  const auto larger = [](double a, double b) { return std::fabs(a) < std::fabs(b); };
  if (*std::max_element(direction.begin(), direction.end(), larger) < 0)
    for (double& v : direction) v = -v;
}

}  // namespace

PrincipalComponents principal_components(const Dataset& d, std::span<const std::uint32_t> samples, std::size_t count) {
  const std::size_t n = samples.size(), f = d.features, smaller = std::min(n, f);
  const double bytes = 2 * Matrix::bytes(static_cast<double>(n), static_cast<double>(f)) +
                       4 * Matrix::bytes(static_cast<double>(smaller), static_cast<double>(smaller));
  if (bytes > usable_memory())
    throw DataError(d.name, fmt::format("principal components of {} samples of {} features take about {}; {} of memory "
                                        "are there",
                                        n, f, bytes_text(bytes), bytes_text(usable_memory())));
  PrincipalComponents out;
  out.mean.assign(f, 0.0);
  for (std::uint32_t s : samples)
    for (std::size_t k = 0; k < f; ++k) out.mean[k] += static_cast<double>(d.x[s * f + k]);
  for (double& m : out.mean) m /= static_cast<double>(n);
  Matrix x(n, f);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < f; ++k) x[i][k] = static_cast<double>(d.x[samples[i] * f + k]) - out.mean[k];

  Team team(1);
  const bool wide = f > n;
  const Matrix transposed = wide ? x.transposed() : Matrix();
  const Eigensystem e =
      eigen_symmetric(wide ? transposed_product(transposed, transposed, team) : transposed_product(x, x, team));
  const double nothing = e.values[0] * static_cast<double>(std::max(n, f)) * std::numeric_limits<double>::epsilon();
  const auto directions = static_cast<std::size_t>(
      std::count_if(e.values.begin(), e.values.end(), [&](double v) { return v > nothing && v > 0; }));
  if (count > directions)
    throw DataError(d.name, fmt::format("{} principal components, but the training samples vary in {} directions",
                                        count, directions));
  Matrix vectors(count, wide ? n : f);
  for (std::size_t c = 0; c < count; ++c) std::copy_n(e.vectors[c], vectors.columns(), vectors[c]);
  if (wide) vectors = product(vectors, x, team);
  for (std::size_t c = 0; c < count; ++c) {
    const double length = wide ? std::sqrt(e.values[c]) : 1;
    for (std::size_t k = 0; k < f; ++k) out.direction.push_back(vectors[c][k] / length);
    orient(std::span(out.direction).subspan(c * f, f));
    out.variance.push_back(e.values[c] / static_cast<double>(n));
  }
  return out;
}

}  // namespace cajal::data
