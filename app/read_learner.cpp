#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/read_report.hpp"

namespace cajal::app {

namespace {

using namespace analysis::report;
using record::ResultReader;

constexpr std::size_t most_samples = 4, most_fields = 100, most_pixels = 120'000;

Training read_training(const ResultReader& reader, const LearnerRuns::Run& run) {
  const auto column = [&](const char* name) {
    const std::string path = run.path + "training/" + name;
    return reader.has(path) ? reader.read<double>(path).values : std::vector<double>();
  };
  return {run.seed,           column("epoch"),           column("loss"),
          column("accuracy"), column("validation_loss"), column("validation_accuracy")};
}

/// Counts of the test phase, or else of the last phase with labels, summed over seeds.
void read_confusion(const ResultReader& reader, const LearnerRuns& learner, Learner& l) {
  for (const char* phase : {"test", "validate", "assign"}) {
    std::size_t seeds = 0;
    for (const auto& run : learner.runs) {
      const std::string path = fmt::format("{}predictions/{}/confusion", run.path, phase);
      if (!reader.has(path)) continue;
      const auto counts = reader.read<double>(path);
      if (counts.dims.size() != 2 || counts.dims[0] != counts.dims[1]) continue;
      if (!l.confusion) {
        l.confusion.emplace();
        l.confusion->description = "confusion matrix of " + l.name;
        l.confusion->counts.assign(counts.values.size(), 0);
        for (std::size_t c = 0; c < counts.dims[0]; ++c) l.confusion->classes.push_back(std::to_string(c));
      }
      if (counts.values.size() != l.confusion->counts.size()) continue;
      for (std::size_t i = 0; i < counts.values.size(); ++i) l.confusion->counts[i] += counts.values[i];
      ++seeds;
    }
    if (seeds == 0) continue;
    l.confusion_of =
        seeds > 1 ? fmt::format("phase {}, {} seeds together", phase, seeds) : fmt::format("phase {}", phase);
    return;
  }
}

std::vector<Sample> read_samples(const ResultReader& reader, const std::string& path, std::size_t n) {
  const std::string place = path + "predictions/test/";
  const auto column = [&](const char* name) {
    return reader.has(place + name) ? reader.read<double>(place + name).values : std::vector<double>();
  };
  const auto sample = column("sample"), label = column("label"), predicted = column("predicted");
  std::vector<Sample> out;
  for (std::size_t i = 0; i < n; ++i) {
    Sample s{i < sample.size() ? fmt::format("Sample {:.0f}", sample[i]) : fmt::format("Test sample {}", i + 1), ""};
    if (i < label.size()) s.name += fmt::format(", class {:.0f}", label[i]);
    if (i < predicted.size())
      s.answer = predicted[i] < 0 ? std::string("no answer") : fmt::format("answer {:.0f}", predicted[i]);
    out.push_back(std::move(s));
  }
  return out;
}

void read_spikes_of(const ResultReader& reader, const std::string& place, NodeActivity& a, double& steps) {
  const auto sample = reader.read<std::uint32_t>(place + "spikes/sample").values,
             step = reader.read<std::uint32_t>(place + "spikes/step").values,
             unit = reader.read<std::uint32_t>(place + "spikes/unit").values;
  a.spiking = true;
  a.step.resize(a.mean.size());
  a.which.resize(a.mean.size());
  for (std::size_t i = 0; i < std::min({sample.size(), step.size(), unit.size()}); ++i) {
    steps = std::max(steps, static_cast<double>(step[i]) + 1);
    if (sample[i] >= a.mean.size()) continue;
    a.step[sample[i]].push_back(static_cast<double>(step[i]));
    a.which[sample[i]].push_back(unit[i]);
  }
}

void read_activity(const ResultReader& reader, const std::string& path, std::size_t features, Learner& l) {
  if (!reader.has(path + "activity")) return;
  std::size_t samples = most_samples;
  for (const std::string& node : reader.members(path + "activity")) {
    const std::string place = fmt::format("{}activity/{}/", path, node);
    if (!reader.has(place + "mean")) continue;
    const auto mean = reader.read<double>(place + "mean");
    if (mean.dims.size() != 2) continue;
    NodeActivity a;
    a.node = node;
    a.units = mean.dims[1];
    a.unit = reader.describe(place + "mean").units;
    samples = std::min(samples, mean.dims[0]);
    for (std::size_t s = 0; s < std::min(most_samples, mean.dims[0]); ++s)
      a.mean.emplace_back(mean.values.begin() + static_cast<std::ptrdiff_t>(s * a.units),
                          mean.values.begin() + static_cast<std::ptrdiff_t>((s + 1) * a.units));
    if (reader.has(place + "spikes/sample")) read_spikes_of(reader, place, a, l.steps);
    l.activity.push_back(std::move(a));
  }
  // The input first, then from many units to few: the file does not say the order.
  std::stable_sort(l.activity.begin(), l.activity.end(), [&](const auto& a, const auto& b) {
    if ((a.units == features) != (b.units == features)) return a.units == features;
    return a.units > b.units;
  });
  if (!l.activity.empty()) l.samples = read_samples(reader, path, samples);
}

/// Weights [target][source] of an edge from the inputs; empty if it is another.
std::vector<std::vector<double>> read_matrix(const ResultReader& reader, const std::string& edge,
                                             const std::string& final, std::size_t features,
                                             const std::vector<std::size_t>& sizes) {
  const auto weight = reader.read<double>(final);
  std::vector<std::vector<double>> rows;
  if (weight.dims.size() == 2 && weight.dims[1] == features) {
    for (std::size_t t = 0; t < weight.dims[0]; ++t)
      rows.emplace_back(weight.values.begin() + static_cast<std::ptrdiff_t>(t * features),
                        weight.values.begin() + static_cast<std::ptrdiff_t>((t + 1) * features));
    return rows;
  }
  const std::string source_path = edge + "initial/source", target_path = edge + "initial/target";
  if (weight.dims.size() != 1 || !reader.has(source_path) || !reader.has(target_path)) return {};
  const auto source = reader.read<std::uint64_t>(source_path).values,
             target = reader.read<std::uint64_t>(target_path).values;
  if (source.empty() || source.size() != weight.values.size() || target.size() != source.size()) return {};
  const std::uint64_t last = *std::max_element(source.begin(), source.end());
  // The file does not say where an edge begins: at the smallest node that has such a unit.
  std::size_t begins = features;
  for (std::size_t size : sizes)
    if (size > last) begins = std::min(begins, size);
  const std::uint64_t units = *std::max_element(target.begin(), target.end()) + 1;
  if (last >= features || begins != features || units > 20'000'000 / features) return {};
  rows.assign(units, std::vector<double>(features, 0.0));
  for (std::size_t i = 0; i < source.size(); ++i) rows[target[i]][source[i]] += weight.values[i];
  return rows;
}

/// Classes that units stand for, if some node of as many units was named by them.
std::vector<double> read_assignment(const ResultReader& reader, const std::string& weights, std::size_t units) {
  for (const std::string& name : reader.members(weights)) {
    const std::string path = weights + "/" + name + "/final";
    if (!name.starts_with("node.") || !name.ends_with(".assignment") || !reader.has(path)) continue;
    auto found = reader.read<double>(path).values;
    if (found.size() == units) return found;
  }
  return {};
}

Fields fields_of(const std::string& edge, std::vector<std::vector<double>> rows, const std::vector<double>& classes) {
  Fields f;
  f.edge = edge;
  f.all = rows.size();
  std::vector<std::size_t> order(rows.size());
  std::vector<double> strength(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    order[k] = k;
    for (double w : rows[k]) strength[k] += w * w;
  }
  const std::size_t features = rows.front().size(),
                    most = std::clamp<std::size_t>(most_pixels / features, 1, most_fields);
  if (rows.size() > most) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return strength[a] > strength[b]; });
    order.resize(most);
    std::sort(order.begin(), order.end());
  }
  if (!classes.empty())
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return classes[a] < classes[b]; });
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(features))));
  const bool square = side * side == features && side >= 3;
  f.sheet.width = square ? side : features;
  f.sheet.height = square ? side : 1;
  f.sheet.columns = !square ? 1 : order.size() <= 12 ? 5 : 10;
  f.sheet.description = "incoming weights of the units behind edge " + edge;
  for (std::size_t k : order) {
    f.units.push_back(k);
    f.sheet.pictures.push_back(std::move(rows[k]));
    if (!classes.empty())
      f.sheet.labels.push_back(classes[k] < 0 ? "–" : fmt::format("{:.0f}", classes[k]));
    else if (order.size() <= 12)
      f.sheet.labels.push_back(fmt::format("unit {}", k));
  }
  f.labels_are_classes = !classes.empty();
  return f;
}

void read_fields(const ResultReader& reader, const std::string& path, std::size_t features, Learner& l) {
  const std::string weights = path + "weights";
  if (features == 0 || features > 100'000 || !reader.has(weights)) return;
  std::vector<std::size_t> sizes;
  for (const NodeActivity& a : l.activity) sizes.push_back(a.units);
  for (const std::string& edge : reader.members(weights)) {
    // What is not an edge (`node.E.theta`) holds its values one level up.
    if (edge.starts_with("node.")) continue;
    const std::string place = weights + "/" + edge + "/", final = place + "final/weight";
    if (!reader.has(final)) continue;
    auto rows = read_matrix(reader, place, final, features, sizes);
    if (rows.empty()) continue;
    const auto classes = read_assignment(reader, weights, rows.size());
    Fields f = fields_of(edge, std::move(rows), classes);
    f.path = final;
    f.sheet.unit = reader.describe(final).units;
    l.fields.push_back(std::move(f));
  }
}

}  // namespace

Learner read_learner(const ResultReader& reader, const LearnerRuns& learner) {
  Learner l;
  l.name = learner.name;
  for (const auto& run : learner.runs) {
    l.training.push_back(read_training(reader, run));
    if (l.failure.empty() && reader.has_attribute(run.path, "failure"))
      l.failure = fmt::format("seed {}: {}", run.seed, reader.attribute<std::string>(run.path, "failure"));
  }
  read_confusion(reader, learner, l);
  if (learner.runs.empty()) return l;
  l.seed = learner.runs.front().seed;
  l.path = learner.runs.front().path;
  const std::size_t features = reader.has("/data") && reader.has_attribute("/data", "features")
                                   ? reader.attribute<std::uint64_t>("/data", "features")
                                   : 0;
  read_activity(reader, l.path, features, l);
  read_fields(reader, l.path, features, l);
  read_pictures(reader, l.path, "/data", l);
  read_projections(reader, l.path, l);
  read_gradients(reader, l.path, l);
  read_distributions(reader, l.path, l);
  read_locality(reader, l.path, l);
  return l;
}

}  // namespace cajal::app
