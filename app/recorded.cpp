// From a result file to what measures read.

#include "app/recorded.hpp"

#include <algorithm>

#include "app/result_runs.hpp"
#include "sim/record/spikes.hpp"

namespace cajal::app {

namespace {

using analysis::RecordedNode;
using record::ResultReader;

RecordedNode read_node(const ResultReader& reader, const std::string& place, const std::string& name) {
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
  return node;
}

/// The phase whose activity was kept is the last one on test data.
void read_samples(const ResultReader& reader, analysis::RecordedRun& run) {
  const std::string place = run.path + "activity";
  if (!reader.has_attribute(place, "phase")) return;
  const std::string phase = run.path + "predictions/" + reader.attribute<std::string>(place, "phase") + "/";
  const auto first = [&](auto& out, auto values) {
    values.resize(std::min(values.size(), run.samples));
    out = std::move(values);
  };
  if (reader.has(phase + "sample")) first(run.sample, reader.read<std::uint32_t>(phase + "sample").values);
  if (reader.has(phase + "label")) first(run.label, reader.read<std::int32_t>(phase + "label").values);
}

void read_activity(const ResultReader& reader, analysis::RecordedRun& run) {
  const std::string place = run.path + "activity";
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
    run.nodes.push_back(read_node(reader, place + "/" + name, name));
    const RecordedNode& node = run.nodes.back();
    run.samples = node.units > 0 ? node.mean.size() / node.units : 0;
  }
  read_samples(reader, run);
}

void read_edges(const ResultReader& reader, analysis::RecordedRun& run) {
  const std::string place = run.path + "weights";
  for (const std::string& edge : reader.has(place) ? reader.members(place) : std::vector<std::string>()) {
    const std::string path = place + "/" + edge + "/final/weight";
    if (!reader.has(path)) continue;
    run.edges.push_back({edge, reader.describe(path).units, reader.read<double>(path).values});
  }
}

}  // namespace

analysis::Recorded read_recorded(const ResultReader& reader, bool weights) {
  analysis::Recorded out;
  if (reader.has_attribute("/", "seed")) out.seed = reader.attribute<std::uint64_t>("/", "seed");
  for (const LearnerRuns& learner : learner_runs(reader))
    for (const LearnerRuns::Run& of : learner.runs) {
      analysis::RecordedRun run;
      run.learner = learner.name;
      run.seed = of.seed;
      run.path = of.path;
      read_activity(reader, run);
      if (weights) read_edges(reader, run);
      out.runs.push_back(std::move(run));
    }
  if (out.runs.empty() && weights) {
    analysis::RecordedRun all;
    all.path = "/";
    read_edges(reader, all);
    if (!all.edges.empty()) out.runs.push_back(std::move(all));
  }
  if (reader.has_attribute("/", "t_start")) out.start = reader.attribute<double>("/", "t_start");
  if (reader.has_attribute("/", "t_stop")) out.stop = reader.attribute<double>("/", "t_stop");
  for (const std::string& name : reader.has("/spikes") ? reader.members("/spikes") : std::vector<std::string>()) {
    auto spikes = record::read_spikes(reader, "/spikes/" + name);
    analysis::RecordedPopulation p{name, 0, std::move(spikes.times), std::move(spikes.ids)};
    const std::string node = "/nodes/" + name;
    if (reader.has(node) && reader.has_attribute(node, "size")) p.size = reader.attribute<std::uint64_t>(node, "size");
    for (const std::uint64_t u : p.units) p.size = std::max<std::size_t>(p.size, u + 1);
    out.populations.push_back(std::move(p));
  }
  return out;
}

}  // namespace cajal::app
