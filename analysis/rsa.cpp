#include "analysis/rsa.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/representation_pairs.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

/// 1-based ranks; equal values share the mean of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> out(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (std::size_t i = first; i < end; ++i) out[order[i]] = 0.5 * static_cast<double>(first + end + 1);
    first = end;
  }
  return out;
}

std::optional<double> pearson(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n,
               mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  if (!(aa > 0 && bb > 0)) return {};
  return ab / std::sqrt(aa * bb);
}

/// Minus its mean, by its norm; nothing where all values are the same.
std::optional<std::vector<double>> standardised(std::span<const float> row) {
  if (std::all_of(row.begin(), row.end(), [&](float x) { return x == row[0]; })) return {};
  std::vector<double> out(row.begin(), row.end());
  const double mean = std::accumulate(out.begin(), out.end(), 0.0) / static_cast<double>(out.size());
  double squares = 0;
  for (double& x : out) {
    x -= mean;
    squares += x * x;
  }
  for (double& x : out) x /= std::sqrt(squares);
  return out;
}

constexpr std::string_view numbers[] = {"rsa"};

std::vector<std::optional<double>> alike(const SampleMatrix& a, const SampleMatrix& b) {
  return {rank_correlation(a, b)};
}

/// The matrices themselves, for pictures.
void write_dissimilarities(const Recorded& recorded, const NodeChoice& choice, std::size_t samples, Findings& found) {
  std::map<std::string, bool> described;
  each_node(recorded, choice, "rsa", found, [&](const RecordedRun& run, const RecordedNode& node) {
    const std::vector<std::size_t> rows = rows_by_class(run.label, run.samples, samples);
    std::vector<float> values;
    for (const std::size_t row : rows)
      values.insert(values.end(), node.mean.begin() + static_cast<std::ptrdiff_t>(row * node.units),
                    node.mean.begin() + static_cast<std::ptrdiff_t>((row + 1) * node.units));
    const SampleMatrix matrix = dissimilarities(values, node.units);
    std::size_t silent = 0;
    for (std::size_t s = 0; s < rows.size(); ++s)
      if (std::isnan(matrix.at(s, s))) ++silent;
    if (silent > 0)
      found.leave_out(fmt::format("rsa: {} of {} samples without {} (seed {}), all of whose units do the same", silent,
                                  rows.size(), shown_node(run, node), run.seed));
    found.arrays.push_back({run.place("rsa/" + node.name + "/dissimilarity"),
                            std::vector<float>(matrix.values.begin(), matrix.values.end()),
                            {rows.size(), rows.size()},
                            "1 - correlation over units of the mean outputs to two samples; NaN: all units do the same",
                            {"sample", "sample"}});
    if (std::exchange(described[run.path], true)) return;
    std::vector<std::uint32_t> of;
    std::vector<std::int32_t> label;
    for (const std::size_t row : rows) {
      if (row < run.sample.size()) of.push_back(run.sample[row]);
      if (row < run.label.size()) label.push_back(run.label[row]);
    }
    if (of.size() == rows.size())
      found.arrays.push_back(
          {run.place("rsa/sample"), std::move(of), {rows.size()}, "index of the sample in the data set", {"sample"}});
    if (label.size() == rows.size())
      found.arrays.push_back({run.place("rsa/label"), std::move(label), {rows.size()}, "true class", {"sample"}});
  });
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const NodeChoice choice = NodeChoice::read(table, outline);
  const std::size_t samples = read_samples(table, 100, 3);
  return [=](const Recorded& recorded) {
    const auto rows = [=](const RecordedRun& run) { return rows_by_class(run.label, run.samples, samples); };
    Findings found = compare_pairs(recorded, choice, PairMeasure{"rsa", numbers, rows, dissimilarities, alike});
    write_dissimilarities(recorded, choice, samples, found);
    return found;
  };
}

}  // namespace

SampleMatrix dissimilarities(std::span<const float> values, std::size_t units) {
  if (units == 0 || values.size() % units != 0)
    throw Error(fmt::format("activity of {} values is no whole number of rows of {}", values.size(), units));
  const std::size_t n = values.size() / units;
  std::vector<std::optional<std::vector<double>>> rows;
  for (std::size_t s = 0; s < n; ++s) rows.push_back(standardised(values.subspan(s * units, units)));
  SampleMatrix out{n, std::vector<double>(n * n, std::nan(""))};
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t t = s; t < n; ++t) {
      if (!rows[s] || !rows[t]) continue;
      double r = 0;
      for (std::size_t u = 0; u < units; ++u) r += (*rows[s])[u] * (*rows[t])[u];
      out.values[s * n + t] = out.values[t * n + s] = s == t ? 0 : 1 - std::clamp(r, -1.0, 1.0);
    }
  return out;
}

std::optional<double> rank_correlation(const SampleMatrix& a, const SampleMatrix& b) {
  if (a.samples != b.samples) throw Error("matrices of different numbers of samples");
  std::vector<double> of_a, of_b;
  for (std::size_t s = 0; s < a.samples; ++s)
    for (std::size_t t = s + 1; t < a.samples; ++t) {
      if (std::isnan(a.at(s, t)) || std::isnan(b.at(s, t))) continue;
      of_a.push_back(a.at(s, t));
      of_b.push_back(b.at(s, t));
    }
  if (of_a.size() < 3) return {};
  return pearson(ranks(of_a), ranks(of_b));
}

std::vector<std::size_t> rows_by_class(std::span<const std::int32_t> label, std::size_t kept, std::size_t samples) {
  std::map<std::int32_t, std::vector<std::size_t>> classes;
  for (std::size_t row = 0; row < std::min(kept, label.size()); ++row)
    if (label[row] >= 0) classes[label[row]].push_back(row);
  std::vector<std::size_t> out;
  if (classes.empty()) {
    for (std::size_t row = 0; row < std::min(kept, samples); ++row) out.push_back(row);
    return out;
  }
  const std::size_t of_each = std::max<std::size_t>(1, samples / classes.size());
  for (const auto& [name, rows] : classes)
    out.insert(out.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(of_each, rows.size())));
  return out;
}

const RecordedMeasure rsa_measure{
    rsa_entry, RecordedMeasure::Taken::by_default, RecordedMeasure::Taken::never, false, numbers, make};

}  // namespace cajal::analysis
