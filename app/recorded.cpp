// From a result file to what measures read.

#include "app/recorded.hpp"

#include <algorithm>

#include "app/result_runs.hpp"
#include "sim/record/spikes.hpp"

namespace cajal::app {

namespace {

using analysis::RecordedNode;
using record::ResultReader;

RecordedNode read_node(const ResultReader& reader, const analysis::RecordedRun& run, const std::string& place,
                       const std::string& name) {
  RecordedNode node;
  node.name = name;
  const std::string role = reader.attribute<std::string>(place, "role");
  node.role = role == "input"    ? RecordedNode::Role::input
              : role == "output" ? RecordedNode::Role::output
                                 : RecordedNode::Role::hidden;
  node.spiking = reader.attribute<std::int64_t>(place, "spiking") != 0;
  auto mean = reader.read<float>(place + "/mean");
  if (mean.dims.size() != 2) throw DataError(reader.path(), place + "/mean has not two axes");
  node.units = mean.dims[1];
  node.mean = std::move(mean.values);
  for (const std::uint64_t extent : reader.read<std::uint64_t>(place + "/shape").values) node.shape.push_back(extent);
  if (!reader.has(place + "/spikes")) return node;
  node.spike_sample = reader.read<std::uint32_t>(place + "/spikes/sample").values;
  node.spike_step = reader.read<std::uint32_t>(place + "/spikes/step").values;
  node.spike_unit = reader.read<std::uint32_t>(place + "/spikes/unit").values;
  const std::size_t n = node.spike_sample.size();
  if (node.spike_step.size() != n || node.spike_unit.size() != n)
    throw DataError(reader.path(), place + "/spikes has columns of different lengths");
  const auto beyond = [](const std::vector<std::uint32_t>& column, std::size_t size) {
    return std::any_of(column.begin(), column.end(), [&](std::uint32_t x) { return x >= size; });
  };
  if (beyond(node.spike_sample, run.spike_samples) || beyond(node.spike_step, run.steps) ||
      beyond(node.spike_unit, node.units))
    throw DataError(reader.path(), place + "/spikes has a spike beyond its samples, steps or units");
  return node;
}

/// The phase whose activity was kept is the last one on test data.
void read_samples(const ResultReader& reader, const std::string& path, analysis::RecordedRun& run) {
  const std::string place = path + "activity";
  if (!reader.has_attribute(place, "phase")) return;
  const std::string phase = path + "predictions/" + reader.attribute<std::string>(place, "phase") + "/";
  const auto first = [&](auto& out, auto values) {
    values.resize(std::min(values.size(), run.samples));
    out = std::move(values);
  };
  if (reader.has(phase + "sample")) first(run.sample, reader.read<std::uint32_t>(phase + "sample").values);
  if (reader.has(phase + "label")) first(run.label, reader.read<std::int32_t>(phase + "label").values);
}

void read_activity(const ResultReader& reader, const std::string& path, analysis::RecordedRun& run) {
  const std::string place = path + "activity";
  // Results of earlier versions do not say which node is what.
  if (!reader.has(place) || !reader.has_attribute(place, "represents")) return;
  run.steps = static_cast<std::size_t>(std::max<std::int64_t>(1, reader.attribute<std::int64_t>(place, "steps")));
  run.dt = reader.attribute<double>(place, "dt");
  run.spike_samples = reader.attribute<std::uint64_t>(place, "spike_samples");
  run.represents = reader.attribute<std::string>(place, "represents");
  std::vector<std::pair<std::int64_t, std::string>> names;
  for (const std::string& name : reader.members(place))
    names.emplace_back(reader.attribute<std::int64_t>(place + "/" + name, "order"), name);
  std::sort(names.begin(), names.end());
  for (const auto& [order, name] : names) {
    run.nodes.push_back(read_node(reader, run, place + "/" + name, name));
    const RecordedNode& node = run.nodes.back();
    const std::size_t samples = node.units > 0 ? node.mean.size() / node.units : 0;
    if (run.nodes.size() > 1 && samples != run.samples)
      throw DataError(reader.path(), place + " has nodes with the activity of different numbers of samples");
    run.samples = samples;
  }
  read_samples(reader, path, run);
}

void read_simulation(const ResultReader& reader, const std::string& base, analysis::Recorded& out) {
  const std::string group = base.size() > 1 ? base.substr(0, base.size() - 1) : base;
  out.simulation = true;
  if (reader.has_attribute(group, "t_start")) out.start = reader.attribute<double>(group, "t_start");
  if (reader.has_attribute(group, "t_stop")) out.stop = reader.attribute<double>(group, "t_stop");
  const std::string spikes = base + "spikes";
  for (const std::string& name : reader.has(spikes) ? reader.members(spikes) : std::vector<std::string>()) {
    auto kept = std::make_shared<const record::Spikes>(record::read_spikes(reader, spikes + "/" + name));
    analysis::RecordedPopulation p{name, {kept->times, kept->ids, 0}, kept};
    const std::string node = base + "nodes/" + name;
    if (reader.has(node) && reader.has_attribute(node, "size"))
      p.spikes.size = reader.attribute<std::uint64_t>(node, "size");
    else
      for (const std::uint64_t u : kept->ids) p.spikes.size = std::max<std::size_t>(p.spikes.size, u + 1);
    out.populations.push_back(std::move(p));
  }
}

}  // namespace

std::vector<analysis::RecordedEdge> read_edges(const ResultReader& reader, const std::string& path) {
  std::vector<analysis::RecordedEdge> out;
  const std::string place = path + "weights";
  for (const std::string& edge : reader.has(place) ? reader.members(place) : std::vector<std::string>()) {
    const std::string group = place + "/" + edge, weight = group + "/final/weight", sources = group + "/initial/source";
    // What is no edge (`node.E.theta`) holds its values one level up.
    if (edge.starts_with("node.") || !reader.has(weight)) continue;
    analysis::RecordedEdge e{edge, reader.describe(weight).units, reader.read<double>(weight).values, 0, 0};
    e.synapses = e.possible = static_cast<double>(e.weights.size());
    if (reader.has(sources) && reader.describe(sources).dims.size() == 1)
      e.synapses = e.possible = static_cast<double>(reader.describe(sources).dims[0]);
    // Results of earlier versions do not say between how many units a sparse edge is.
    if (reader.has_attribute(group, "source_units") && reader.has_attribute(group, "target_units"))
      e.possible = static_cast<double>(reader.attribute<std::uint64_t>(group, "source_units")) *
                   static_cast<double>(reader.attribute<std::uint64_t>(group, "target_units"));
    out.push_back(std::move(e));
  }
  return out;
}

analysis::Recorded read_recorded(const ResultReader& reader, bool weights, const std::string& base) {
  analysis::Recorded out;
  const std::string group = base.size() > 1 ? base.substr(0, base.size() - 1) : base;
  if (reader.has_attribute(group, "seed")) out.seed = reader.attribute<std::uint64_t>(group, "seed");
  for (const LearnerRuns& learner : learner_runs(reader, base))
    for (const LearnerRuns::Run& of : learner.runs) {
      analysis::RecordedRun run;
      run.learner = learner.name;
      run.seed = of.seed;
      run.path = of.path.substr(base.size() - 1);
      read_activity(reader, of.path, run);
      if (weights) run.edges = read_edges(reader, of.path);
      out.runs.push_back(std::move(run));
    }
  if (!out.runs.empty()) return out;
  read_simulation(reader, base, out);
  if (weights) {
    analysis::RecordedRun run;
    if (reader.has_attribute(group, "name")) run.learner = reader.attribute<std::string>(group, "name");
    run.seed = out.seed;
    run.path = "/";
    run.edges = read_edges(reader, base);
    if (!run.edges.empty()) out.runs.push_back(std::move(run));
  }
  return out;
}

}  // namespace cajal::app
