#include "app/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/error.hpp"

namespace cajal::app {

namespace {

template <class Real>
void save_node(const record::Group& group, Clock<Real>& clock, std::size_t index, std::int64_t step) {
  Node<Real>& node = *clock.network().nodes[index];
  for (const auto& column : node.columns()) {
    const Real* values = column.signal->at(step, 0);
    group.write("columns/" + column.name, std::span(values, node.size()), {node.size()},
                {column.unit, column.meaning, {"unit"}});
  }
  const std::int64_t kept = std::min(step, node.history);
  for (std::int64_t back = 1; back <= kept; ++back)
    group.write(fmt::format("output/{}", back), std::span<const Real>(node.output.at(step - back, 0), node.size()),
                {node.size()}, {"", fmt::format("output {} steps before", back), {"unit"}});
  std::vector<std::int64_t> steps;
  std::vector<std::uint32_t> units;
  std::vector<Real> values;
  for (const Emission<Real>& e : clock.delivery().under_way(index, step)) {
    steps.push_back(e.step);
    units.push_back(e.unit);
    values.push_back(e.value);
  }
  group.write("sent/step", steps, {steps.size()}, {"steps", "when it was sent", {"event"}});
  group.write("sent/unit", units, {units.size()}, {"", "source unit", {"event"}});
  group.write("sent/value", values, {values.size()}, {"", "1 for a spike", {"event"}});
}

template <class Real>
void restore_node(const record::ResultReader& reader, const std::string& path, Clock<Real>& clock, std::size_t index,
                  std::int64_t step) {
  Node<Real>& node = *clock.network().nodes[index];
  const auto read_row = [&](const std::string& name, Real* to) {
    const auto stored = reader.read<Real>(path + name);
    if (stored.values.size() != node.size())
      throw DataError(reader.path(),
                      fmt::format("{}{}: {} values for {} units", path, name, stored.values.size(), node.size()));
    std::copy(stored.values.begin(), stored.values.end(), to);
  };
  for (const auto& column : node.columns()) read_row("/columns/" + column.name, column.signal->at(step, 0));
  const std::int64_t kept = std::min(step, node.history);
  for (std::int64_t back = 1; back <= kept; ++back) {
    read_row(fmt::format("/output/{}", back), node.output.at(step - back, 0));
    node.output_restored(step - back);
  }
  const auto steps = reader.read<std::int64_t>(path + "/sent/step").values;
  const auto units = reader.read<std::uint32_t>(path + "/sent/unit").values;
  const auto values = reader.read<Real>(path + "/sent/value").values;
  std::vector<Emission<Real>> sent;
  for (std::size_t i = 0; i < steps.size(); ++i) sent.push_back({steps[i], units.at(i), values.at(i)});
  clock.delivery().restore(index, sent, step);
}

template <class Real>
void save_process(const record::Group& group, Process<Real>& process, std::int64_t step) {
  for (const auto& s : process.state())
    group.write("state/" + s.name, s.values, {s.values.size()}, {s.unit, s.meaning, {"unit"}});
  for (const auto& s : process.save(step))
    group.write("saved/" + s.name, s.values, {s.values.size()}, {"", "what learning goes on from", {"number"}});
}

template <class Real>
void restore_process(const record::ResultReader& reader, const std::string& path, Process<Real>& process,
                     std::int64_t step) {
  for (const auto& s : process.state()) {
    const auto stored = reader.read<double>(path + "/state/" + s.name).values;
    if (stored.size() != s.values.size())
      throw DataError(reader.path(),
                      fmt::format("{}/state/{}: {} values, expected {}", path, s.name, stored.size(), s.values.size()));
    std::copy(stored.begin(), stored.end(), s.values.begin());
  }
  process.restore();
  // What is saved now, before any step, has the names of what was saved then.
  auto saved = process.save(0);
  for (auto& s : saved) s.values = reader.read<double>(path + "/saved/" + s.name).values;
  process.load(saved, step);
}

}  // namespace

template <class Real>
std::string Checkpoint<Real>::path_of(const std::string& result) {
  return std::filesystem::path(result).replace_extension(".checkpoint.h5").string();
}

template <class Real>
void Checkpoint<Real>::save(Clock<Real>& clock, const Processes& processes, const Recording<Real>& recording,
                            std::int64_t step) const {
  const record::ResultFile file = record::ResultFile::create(path_, true);
  file.attribute("checkpoint_of", of_);
  file.attribute("step", step);
  clock.count();
  std::uint64_t events = clock.delivery().events();
  for (const auto& edge : clock.network().sparse) events += edge->delivered;
  file.attribute("events", events);
  for (std::size_t n = 0; n < clock.network().nodes.size(); ++n)
    save_node(file.group("nodes/" + clock.network().nodes[n]->name()), clock, n, step);
  for (const auto& p : processes) save_process(file.group("learned/" + p->name()), *p, step);
  recording.save(file.group("recorded"));
  file.finish(record::Status::complete);
}

template <class Real>
std::int64_t Checkpoint<Real>::restore(Clock<Real>& clock, const Processes& processes,
                                       Recording<Real>& recording) const {
  if (!std::filesystem::exists(path_))
    throw DataError(path_, "there is no checkpoint to resume from; run with --checkpoint-every to make some");
  const record::ResultReader reader(path_);
  if (!reader.has_attribute("/", "checkpoint_of") || reader.attribute<std::string>("/", "checkpoint_of") != of_)
    throw DataError(path_, "is a checkpoint of another config, or of another build of the program");
  const auto step = reader.attribute<std::int64_t>("/", "step");
  for (std::size_t n = 0; n < clock.network().nodes.size(); ++n)
    restore_node(reader, "/nodes/" + clock.network().nodes[n]->name(), clock, n, step);
  for (const auto& p : processes) restore_process(reader, "/learned/" + p->name(), *p, step);
  clock.delivery().add_events(reader.attribute<std::uint64_t>("/", "events"));
  recording.restore(reader, "/recorded");
  return step;
}

template <class Real>
void Checkpoint<Real>::remove() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  std::filesystem::remove(path_ + ".part", ignored);
}

template class Checkpoint<float>;
template class Checkpoint<double>;

}  // namespace cajal::app
