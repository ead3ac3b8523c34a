#include "analysis/selectivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/node_choice.hpp"
#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

constexpr std::string_view numbers[] = {"selectivity"};

std::optional<double> index_of(const Tuning& tuning, std::size_t units, std::size_t unit) {
  const std::size_t classes = tuning.classes.size();
  if (classes < 2) return {};
  double most = 0, sum = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const double mean = tuning.mean[c * units + unit];
    if (mean < 0) return {};
    most = std::max(most, mean);
    sum += mean;
  }
  const double rest = (sum - most) / static_cast<double>(classes - 1);
  if (!(most > 0)) return {};
  return (most - rest) / (most + rest);
}

void write(const RecordedRun& run, const RecordedNode& node, const Tuning& t, Findings& found) {
  const std::string place = run.place("selectivity/" + node.name + "/");
  std::vector<float> index;
  for (const auto& one : t.index) index.push_back(static_cast<float>(one.value_or(std::nan(""))));
  found.arrays.push_back({place + "class", t.classes, {t.classes.size()}, "classes that occur", {"class"}});
  found.arrays.push_back({place + "tuning",
                          std::vector<float>(t.mean.begin(), t.mean.end()),
                          {t.classes.size(), node.units},
                          "mean output to the samples of each class",
                          {"class", "unit"},
                          node.spiking ? "spikes/step" : ""});
  found.arrays.push_back({place + "index", std::move(index), {node.units}, "class selectivity; NaN: none", {"unit"}});
}

RecordedMeasure::Take make(const config::Table& table, const RecordedOutline& outline) {
  const NodeChoice choice = NodeChoice::read(table, outline);
  return [=](const Recorded& recorded) {
    Findings found;
    each_node(recorded, choice, numbers[0], found, [&](const RecordedRun& run, const RecordedNode& node) {
      const std::string name = shown_node(run, node);
      if (run.label.size() != run.samples)
        return found.leave_out(fmt::format("selectivity: the samples that {} was shown have no classes", run.learner));
      const Tuning t = tuning(node.mean, node.units, run.label);
      write(run, node, t, found);
      if (t.selectivity)
        found.rows.push_back(row_of(run, numbers[0], node.name, *t.selectivity, static_cast<double>(t.counted)));
      else
        found.leave_out(fmt::format(
            "selectivity: no unit of {} (seed {}) is active with means that are not negative, to two classes or more",
            name, run.seed));
    });
    return found;
  };
}

}  // namespace

Tuning tuning(std::span<const float> values, std::size_t units, std::span<const std::int32_t> label) {
  if (units == 0 || values.size() != label.size() * units)
    throw Error(fmt::format("activity of {} values for {} labels and {} units", values.size(), label.size(), units));
  std::map<std::int32_t, std::pair<double, std::vector<double>>> sums;
  for (std::size_t s = 0; s < label.size(); ++s) {
    if (label[s] < 0) continue;
    auto& [count, sum] = sums[label[s]];
    sum.resize(units);
    count += 1;
    for (std::size_t u = 0; u < units; ++u) sum[u] += static_cast<double>(values[s * units + u]);
  }
  Tuning out;
  for (const auto& [name, of] : sums) {
    out.classes.push_back(name);
    for (const double sum : of.second) out.mean.push_back(sum / of.first);
  }
  double total = 0;
  for (std::size_t u = 0; u < units; ++u) {
    out.index.push_back(index_of(out, units, u));
    if (!out.index.back()) continue;
    total += *out.index.back();
    ++out.counted;
  }
  if (out.counted > 0) out.selectivity = total / static_cast<double>(out.counted);
  return out;
}

const RecordedMeasure selectivity_measure{
    selectivity_entry, RecordedMeasure::Taken::by_default, RecordedMeasure::Taken::never, false, numbers, make};

}  // namespace cajal::analysis
