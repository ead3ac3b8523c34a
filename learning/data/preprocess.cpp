#include "learning/data/preprocess.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "sim/error.hpp"

namespace cajal::data {

namespace {

std::string feature_text(const Dataset& d, std::size_t f) {
  return d.feature_names.empty() ? fmt::format("feature {}", f)
                                 : fmt::format("feature {} \"{}\"", f, d.feature_names[f]);
}

/// Calls `visit(feature, x)` for each value there is, sample after sample.
template <class Visit>
void each_value(const Dataset& d, std::span<const std::uint32_t> train, Visit visit) {
  for (std::uint32_t sample : train)
    for (std::size_t f = 0; f < d.features; ++f) {
      const std::size_t i = sample * d.features + f;
      if (d.missing.empty() || d.missing[i] == 0) visit(f, static_cast<double>(d.x[i]));
    }
}

struct Statistics {
  std::vector<double> count, minimum, maximum, mean, sd;  ///< [feature]
};

/// Mean and deviations in two passes, so that a large mean does not eat the deviations.
Statistics statistics(const Dataset& d, std::span<const std::uint32_t> train) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto column = [&](double value) { return std::vector<double>(d.features, value); };
  Statistics s{column(0), column(infinity), column(-infinity), column(0), column(0)};
  each_value(d, train, [&](std::size_t f, double x) {
    s.count[f] += 1;
    s.minimum[f] = std::min(s.minimum[f], x);
    s.maximum[f] = std::max(s.maximum[f], x);
    s.mean[f] += x;
  });
  for (std::size_t f = 0; f < d.features; ++f) s.mean[f] /= std::max(1.0, s.count[f]);
  each_value(d, train, [&](std::size_t f, double x) { s.sd[f] += (x - s.mean[f]) * (x - s.mean[f]); });
  for (std::size_t f = 0; f < d.features; ++f)
    s.sd[f] = s.minimum[f] < s.maximum[f] ? std::sqrt(s.sd[f] / s.count[f]) : 0.0;
  return s;
}

void fill(Dataset& d, const std::vector<double>& values) {
  for (std::size_t i = 0; i < d.missing.size(); ++i)
    if (d.missing[i] != 0) d.x[i] = static_cast<float>(values[i % d.features]);
  d.missing.clear();
}

}  // namespace

std::string_view name(Preprocessing step) {
  switch (step) {
    case Preprocessing::fill:
      return "fill";
    case Preprocessing::scale:
      return "scale";
    case Preprocessing::standardise:
      return "standardise";
  }
  return "unknown";
}

void FittedStep::apply(Dataset& d) const {
  if (d.features != centre.size())
    throw DataError(d.name, fmt::format("its samples have {} features, the statistics of {} are of {}", d.features,
                                        name(step), centre.size()));
  if (step == Preprocessing::fill) return fill(d, centre);
  for (std::size_t i = 0; i < d.x.size(); ++i) {
    const std::size_t f = i % d.features;
    const float out = spread[f] > 0 ? static_cast<float>((static_cast<double>(d.x[i]) - centre[f]) / spread[f]) : 0.0f;
    if (!std::isfinite(out))
      throw DataError(d.name, fmt::format("sample {}, {} is {}: too far from the training samples for {} in floats",
                                          i / d.features, feature_text(d, f), d.x[i], name(step)));
    d.x[i] = out;
  }
}

FittedStep fit(const Dataset& d, std::span<const std::uint32_t> train, Preprocessing step) {
  if (train.empty()) throw DataError(d.name, "there are no training samples to take statistics from");
  for (std::uint32_t sample : train)
    if (sample >= d.samples)
      throw DataError(d.name, fmt::format("training sample {} is none of its {} samples", sample, d.samples));
  Statistics s = statistics(d, train);
  for (std::size_t f = 0; f < d.features; ++f)
    if (s.count[f] == 0) throw DataError(d.name, feature_text(d, f) + " has no value in any training sample");
  switch (step) {
    case Preprocessing::fill:
      return {step, std::move(s.mean), {}};
    case Preprocessing::standardise:
      return {step, std::move(s.mean), std::move(s.sd)};
    case Preprocessing::scale:
      break;
  }
  for (std::size_t f = 0; f < d.features; ++f) s.maximum[f] -= s.minimum[f];
  return {step, std::move(s.minimum), std::move(s.maximum)};
}

std::vector<FittedStep> preprocess(Dataset& d, std::span<const std::uint32_t> train,
                                   std::span<const Preprocessing> steps) {
  std::vector<Preprocessing> all;
  if (!d.missing.empty()) all.push_back(Preprocessing::fill);
  all.insert(all.end(), steps.begin(), steps.end());
  std::vector<FittedStep> out;
  for (Preprocessing step : all) {
    out.push_back(fit(d, train, step));
    out.back().apply(d);
  }
  return out;
}

}  // namespace cajal::data
