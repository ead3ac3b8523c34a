// Weights of a simulation's edges that its report shows.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/read_report.hpp"

namespace cajal::app {

namespace {

using namespace analysis::report;
using record::ResultReader;

constexpr std::size_t most_values = 20'000'000, most_lines = 40, most_figures = 24, bins = 50;

std::vector<std::string> members_of(const ResultReader& reader, const std::string& path) {
  return reader.has(path) ? reader.members(path) : std::vector<std::string>();
}

/// Calls read(edge, path) for each edge of each record below a group.
template <class Read>
void each_recorded(const ResultReader& reader, const std::string& group, const Read& read) {
  for (const std::string& record : members_of(reader, group))
    for (const std::string& edge : members_of(reader, group + "/" + record))
      read(edge, group + "/" + record + "/" + edge);
}

/// [row][column] of a dataset; empty where it is too large to draw.
std::vector<std::vector<double>> read_rows(const ResultReader& reader, const std::string& path, std::size_t rows) {
  const auto dims = reader.describe(path).dims;
  if (dims.size() != 2 || dims[0] == 0 || dims[1] == 0 || dims[0] > most_values / dims[1]) return {};
  const auto data = reader.read<double>(path);
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; i < std::min(rows, dims[0]); ++i)
    out.emplace_back(data.values.begin() + static_cast<std::ptrdiff_t>(i * dims[1]),
                     data.values.begin() + static_cast<std::ptrdiff_t>((i + 1) * dims[1]));
  return out;
}

void read_histogram(const ResultReader& reader, const std::string& edge, const std::string& path, Report& r) {
  for (const char* name : {"/counts", "/edges", "/time"})
    if (!reader.has(path + name)) return;
  WeightHistogram h{edge,
                    reader.describe(path + "/edges").units,
                    path,
                    reader.read<double>(path + "/edges").values,
                    reader.read<double>(path + "/time").values,
                    {}};
  h.counts = read_rows(reader, path + "/counts", h.time.size());
  h.time.resize(h.counts.size());
  if (h.counts.empty() || h.edges.size() != h.counts.front().size() + 1) return;
  r.weight_histograms.push_back(std::move(h));
}

void read_traces(const ResultReader& reader, const std::string& edge, const std::string& path, Report& r) {
  for (const char* name : {"/data", "/time", "/source", "/target"})
    if (!reader.has(path + name)) return;
  WeightTraces t{edge, reader.describe(path + "/data").units, path, reader.read<double>(path + "/time").values, {}, {},
                 0};
  const auto rows = read_rows(reader, path + "/data", t.time.size());
  const auto source = reader.read<std::uint64_t>(path + "/source").values;
  const auto target = reader.read<std::uint64_t>(path + "/target").values;
  if (rows.empty() || source.size() != rows.front().size() || target.size() != source.size()) return;
  t.time.resize(rows.size());
  t.recorded = source.size();
  const std::size_t lines = std::min(most_lines, t.recorded);
  for (std::size_t k = 0; k < lines; ++k) {
    const std::size_t synapse = k * t.recorded / lines;
    t.names.push_back(fmt::format("{} to {}", source[synapse], target[synapse]));
    t.values.emplace_back();
    for (const auto& row : rows) t.values.back().push_back(row[synapse]);
  }
  r.weight_traces.push_back(std::move(t));
}

/// The first and the last weights of an edge below `weights`, counted; none where they are too many, or all alike.
std::optional<WeightHistogram> read_ends(const ResultReader& reader, const std::string& weights,
                                         const std::string& edge) {
  const std::string path = weights + "/" + edge, first = path + "/initial/weight", last = path + "/final/weight";
  if (!reader.has(first) || !reader.has(last)) return std::nullopt;
  std::size_t values = 1;
  for (const std::size_t n : reader.describe(last).dims) values = n == 0 || values > most_values / n ? 0 : values * n;
  if (values < 2) return std::nullopt;
  const std::vector<std::vector<double>> found{reader.read<double>(first).values, reader.read<double>(last).values};
  double low = INFINITY, high = -INFINITY;
  for (const auto& list : found)
    for (const double w : list)
      if (std::isfinite(w)) low = std::min(low, w), high = std::max(high, w);
  if (!(high > low)) return std::nullopt;
  WeightHistogram h{edge, reader.describe(last).units, path, {}, {}, {}};
  for (std::size_t i = 0; i <= bins; ++i)
    h.edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(bins));
  for (const auto& list : found) {
    h.counts.emplace_back(bins, 0.0);
    for (const double w : list)
      if (std::isfinite(w))
        h.counts.back()[std::min(bins - 1, static_cast<std::size_t>((w - low) / (high - low) * bins))] += 1;
  }
  return h;
}

}  // namespace

void read_distributions(const ResultReader& reader, const std::string& path, Learner& l) {
  for (const std::string& edge : members_of(reader, path + "weights")) {
    if (edge.starts_with("node.")) continue;
    auto h = read_ends(reader, path + "weights", edge);
    if (!h) continue;
    h->time = {0, 1};
    h->when = {"before learning", "after learning"};
    l.weights.push_back(std::move(*h));
  }
}

void read_weights(const ResultReader& reader, Report& r) {
  each_recorded(reader, "/weight_histograms",
                [&](const std::string& edge, const std::string& path) { read_histogram(reader, edge, path, r); });
  std::vector<std::string> shown;
  for (const WeightHistogram& h : r.weight_histograms) shown.push_back(h.edge);
  for (const std::string& edge : members_of(reader, "/weights"))
    if (!edge.starts_with("node.") && std::find(shown.begin(), shown.end(), edge) == shown.end())
      if (auto h = read_ends(reader, "/weights", edge)) {
        h->time = {r.start, r.stop};
        r.weight_histograms.push_back(std::move(*h));
      }
  each_recorded(reader, "/weight_traces",
                [&](const std::string& edge, const std::string& path) { read_traces(reader, edge, path, r); });
  const std::size_t found = std::max(r.weight_histograms.size(), r.weight_traces.size());
  if (found <= most_figures) return;
  r.notes.push_back(fmt::format("The weights of the first {} of {} edges are shown.", most_figures, found));
  r.weight_histograms.resize(std::min(most_figures, r.weight_histograms.size()));
  r.weight_traces.resize(std::min(most_figures, r.weight_traces.size()));
}

}  // namespace cajal::app
