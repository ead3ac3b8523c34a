#include "analysis/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/node_choice.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"weight_mean",         "weight_deviation",       "weight_skewness",
                                        "weight_kurtosis",     "weight_zeros",           "weight_gini",
                                        "weight_lognormal_mu", "weight_lognormal_sigma", "weight_lognormal_ks"};

void check(std::span<const double> weights) {
  if (weights.empty()) throw Error("weights: there are none");
  if (!std::all_of(weights.begin(), weights.end(), [](double w) { return std::isfinite(w); }))
    throw Error("weights: one is not finite");
}

std::optional<WeightDistribution::LogNormal> lognormal(std::span<const double> weights) {
  const bool positive = std::any_of(weights.begin(), weights.end(), [](double w) { return w > 0; });
  const bool negative = std::any_of(weights.begin(), weights.end(), [](double w) { return w < 0; });
  if (positive == negative) return {};
  std::vector<double> logs;
  for (const double w : weights)
    if (w != 0) logs.push_back(std::log(std::fabs(w)));
  std::sort(logs.begin(), logs.end());
  if (logs.front() == logs.back()) return {};
  WeightDistribution::LogNormal out;
  out.weights = logs.size();
  const auto n = static_cast<double>(logs.size());
  out.mu = std::accumulate(logs.begin(), logs.end(), 0.0) / n;
  double squares = 0;
  for (const double x : logs) squares += (x - out.mu) * (x - out.mu);
  out.sigma = std::sqrt(squares / n);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const double expected = 0.5 * std::erfc(-(logs[i] - out.mu) / (out.sigma * std::sqrt(2.0)));
    out.distance =
        std::max({out.distance, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
  }
  return out;
}

std::optional<double> gini(std::span<const double> weights) {
  std::vector<double> magnitudes;
  for (const double w : weights) magnitudes.push_back(std::fabs(w));
  std::sort(magnitudes.begin(), magnitudes.end());
  const auto n = static_cast<double>(weights.size());
  double sum = 0, ranked = 0;
  for (std::size_t i = 0; i < magnitudes.size(); ++i) {
    sum += magnitudes[i];
    ranked += (2 * static_cast<double>(i + 1) - n - 1) * magnitudes[i];
  }
  if (!(sum > 0)) return {};
  return ranked / (n * sum);
}

void add_edge(const RecordedRun& run, const RecordedEdge& edge, std::size_t bins, Findings& found) {
  const WeightDistribution d = weight_distribution(edge.weights);
  const auto n = static_cast<double>(edge.weights.size());
  const auto add = [&](std::string_view name, std::optional<double> value, double of) {
    if (value) found.rows.push_back(row_of(run, name, edge.name, *value, of));
  };
  const auto& fit = d.lognormal;
  const double fitted = fit ? static_cast<double>(fit->weights) : 0;
  add(numbers[0], d.mean, n);
  add(numbers[1], d.deviation, n);
  add(numbers[2], d.skewness, n);
  add(numbers[3], d.kurtosis, n);
  add(numbers[4], d.zeros, n);
  add(numbers[5], d.gini, n);
  add(numbers[6], fit ? std::optional(fit->mu) : std::nullopt, fitted);
  add(numbers[7], fit ? std::optional(fit->sigma) : std::nullopt, fitted);
  add(numbers[8], fit ? std::optional(fit->distance) : std::nullopt, fitted);
  Histogram h = histogram(edge.weights, bins);
  const std::string place = run.place("weight_distribution/" + edge.name + "/");
  found.arrays.push_back({place + "edges", std::move(h.edges), {bins + 1}, "between the bins", {"edge"}, edge.unit});
  found.arrays.push_back({place + "counts", std::move(h.counts), {bins}, "final weights in each bin", {"bin"}});
}

Findings take(const Recorded& recorded, std::size_t bins) {
  Findings found;
  for (const RecordedRun& run : recorded.runs) {
    if (run.edges.empty()) found.leave_out(fmt::format("weights: {} (seed {}) kept no weights", run.learner, run.seed));
    for (const RecordedEdge& edge : run.edges) {
      const std::string name = fmt::format("{} of {} (seed {})", edge.name, run.learner, run.seed);
      if (edge.weights.empty())
        found.leave_out(fmt::format("weights: {} has none", name));
      else if (!std::all_of(edge.weights.begin(), edge.weights.end(), [](double w) { return std::isfinite(w); }))
        found.leave_out(fmt::format("weights: one of {} is not finite", name));
      else
        add_edge(run, edge, bins, found);
    }
  }
  if (recorded.runs.empty()) found.leave_out("weights: the result holds no final weights");
  return found;
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline&) {
  const auto bins = static_cast<std::size_t>(table.integer("bins", 50, 1, 100000));
  return [=](const Recorded& recorded) { return take(recorded, bins); };
}

}  // namespace

WeightDistribution weight_distribution(std::span<const double> weights) {
  check(weights);
  WeightDistribution out;
  const auto n = static_cast<double>(weights.size());
  const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
  const bool varies = *low < *high;
  out.mean = varies ? std::accumulate(weights.begin(), weights.end(), 0.0) / n : *low;
  double m2 = 0, m3 = 0, m4 = 0, zeros = 0;
  for (const double w : weights) {
    const double d = w - out.mean;
    m2 += d * d;
    m3 += d * d * d;
    m4 += d * d * d * d;
    if (w == 0) ++zeros;
  }
  out.deviation = std::sqrt(m2 / n);
  out.zeros = zeros / n;
  if (m2 > 0) {
    out.skewness = m3 / n / std::pow(m2 / n, 1.5);
    out.kurtosis = m4 / n / (m2 / n * (m2 / n)) - 3;
  }
  out.gini = gini(weights);
  out.lognormal = lognormal(weights);
  return out;
}

Histogram histogram(std::span<const double> values, std::size_t bins) {
  check(values);
  if (bins == 0) throw Error("a histogram of no bins");
  auto [low, high] =
      std::pair(*std::min_element(values.begin(), values.end()), *std::max_element(values.begin(), values.end()));
  if (low == high) {
    low -= 0.5;
    high += 0.5;
  }
  Histogram out{{}, std::vector<double>(bins, 0.0)};
  const double width = (high - low) / static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i) out.edges.push_back(low + static_cast<double>(i) * width);
  out.edges.push_back(high);
  for (const double value : values) {
    const auto above = std::upper_bound(out.edges.begin(), out.edges.end(), value) - out.edges.begin();
    ++out.counts[std::min(bins, static_cast<std::size_t>(std::max<std::ptrdiff_t>(above, 1))) - 1];
  }
  return out;
}

const RecordedMeasure weights_measure{
    weights_entry, RecordedMeasure::Taken::if_asked, RecordedMeasure::Taken::if_asked, true, numbers, make};

}  // namespace cajal::analysis
