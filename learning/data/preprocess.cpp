#include "learning/data/preprocess.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>

#include "learning/data/feature_scores.hpp"
#include "learning/data/principal_components.hpp"
#include "learning/linear_algebra.hpp"
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

void keep_features(Dataset& d, const std::vector<std::uint32_t>& kept) {
  std::vector<float> x;
  x.reserve(d.samples * kept.size());
  for (std::size_t s = 0; s < d.samples; ++s)
    for (std::uint32_t f : kept) x.push_back(d.x[s * d.features + f]);
  std::vector<std::string> names;
  if (!d.feature_names.empty())
    for (std::uint32_t f : kept) names.push_back(d.feature_names[f]);
  d.x = std::move(x);
  d.feature_names = std::move(names);
  d.features = kept.size();
  d.shape = {d.features};
}

void project(Dataset& d, const FittedStep& step) {
  const std::size_t count = step.variance.size();
  Matrix directions(d.features, count);
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t f = 0; f < d.features; ++f) directions[f][k] = step.direction[k * d.features + f];
  // In parts, so that a large data set is not held twice.
  constexpr std::size_t part = 4096;
  std::vector<float> x;
  x.reserve(d.samples * count);
  Team team(1);
  for (std::size_t begin = 0; begin < d.samples; begin += part) {
    Matrix centred(std::min(part, d.samples - begin), d.features);
    for (std::size_t i = 0; i < centred.rows(); ++i)
      for (std::size_t f = 0; f < d.features; ++f)
        centred[i][f] = static_cast<double>(d.x[(begin + i) * d.features + f]) - step.centre[f];
    const Matrix z = product(centred, directions, team);
    for (std::size_t i = 0; i < z.rows(); ++i)
      for (std::size_t k = 0; k < count; ++k) {
        x.push_back(static_cast<float>(z[i][k]));
        if (!std::isfinite(x.back()))
          throw DataError(d.name,
                          fmt::format("sample {} is too far from the training samples for pca in floats", begin + i));
      }
  }
  d.x = std::move(x);
  d.features = count;
  d.shape = {count};
  d.feature_names.clear();
}

FittedStep fit_select(const Dataset& d, std::span<const std::uint32_t> train, const PreprocessingStep& step) {
  FittedStep out{Preprocessing::select};
  out.score = step.by == PreprocessingStep::By::f_test ? f_test(d, train) : mutual_information(d, train, step.bins);
  std::vector<std::uint32_t> order(d.features);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return out.score[a] > out.score[b]; });
  order.resize(step.count);
  std::sort(order.begin(), order.end());
  out.kept = std::move(order);
  return out;
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
    case Preprocessing::select:
      return "select";
    case Preprocessing::pca:
      return "pca";
  }
  return "unknown";
}

void FittedStep::apply(Dataset& d) const {
  if (d.features != features())
    throw DataError(d.name, fmt::format("its samples have {} features, the statistics of {} are of {}", d.features,
                                        name(step), features()));
  if (step == Preprocessing::fill) return fill(d, centre);
  if (step == Preprocessing::select) return keep_features(d, kept);
  if (step == Preprocessing::pca) return project(d, *this);
  for (std::size_t i = 0; i < d.x.size(); ++i) {
    const std::size_t f = i % d.features;
    const float out = spread[f] > 0 ? static_cast<float>((static_cast<double>(d.x[i]) - centre[f]) / spread[f]) : 0.0f;
    if (!std::isfinite(out))
      throw DataError(d.name, fmt::format("sample {}, {} is {}: too far from the training samples for {} in floats",
                                          i / d.features, feature_text(d, f), d.x[i], name(step)));
    d.x[i] = out;
  }
}

FittedStep fit(const Dataset& d, std::span<const std::uint32_t> train, const PreprocessingStep& step) {
  if (train.empty()) throw DataError(d.name, "there are no training samples to take statistics from");
  for (std::uint32_t sample : train)
    if (sample >= d.samples)
      throw DataError(d.name, fmt::format("training sample {} is none of its {} samples", sample, d.samples));
  if (step.count > d.features)
    throw DataError(d.name, fmt::format("{} = {}, but there are {} features", name(step.kind), step.count, d.features));
  if (step.kind == Preprocessing::select) return fit_select(d, train, step);
  if (step.kind == Preprocessing::pca) {
    PrincipalComponents p = principal_components(d, train, step.count);
    return {step.kind, std::move(p.mean), {}, {}, {}, std::move(p.direction), std::move(p.variance)};
  }
  Statistics s = statistics(d, train);
  for (std::size_t f = 0; f < d.features; ++f)
    if (s.count[f] == 0) throw DataError(d.name, feature_text(d, f) + " has no value in any training sample");
  if (step.kind == Preprocessing::fill) return {step.kind, std::move(s.mean)};
  if (step.kind == Preprocessing::standardise) return {step.kind, std::move(s.mean), std::move(s.sd)};
  for (std::size_t f = 0; f < d.features; ++f) s.maximum[f] -= s.minimum[f];
  return {step.kind, std::move(s.minimum), std::move(s.maximum)};
}

std::vector<FittedStep> preprocess(Dataset& d, std::span<const std::uint32_t> train,
                                   std::span<const PreprocessingStep> steps) {
  std::vector<PreprocessingStep> all;
  if (!d.missing.empty()) all.push_back({Preprocessing::fill});
  all.insert(all.end(), steps.begin(), steps.end());
  std::vector<FittedStep> out;
  for (const PreprocessingStep& step : all) {
    out.push_back(fit(d, train, step));
    out.back().apply(d);
  }
  return out;
}

}  // namespace cajal::data
