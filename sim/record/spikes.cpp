#include "sim/record/spikes.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "sim/error.hpp"

namespace cajal::record {

namespace {

Group group_of(const Group& run, std::string_view population) { return run.group("spikes").group(population); }

}  // namespace

SpikeRecorder::SpikeRecorder(const Group& run, std::string_view population)
    : path_(group_of(run, population).path()),
      times_(group_of(run, population).appendable<double>("timestamps", {}, {"ms", "times of the spikes", {"spike"}})),
      ids_(group_of(run, population)
               .appendable<std::uint64_t>("node_ids", {}, {"", "which unit fired, counted from 0", {"spike"}})) {
  group_of(run, population).attribute("sorting", Choice{{"none", "by_id", "by_time"}, 2});
}

void SpikeRecorder::append(std::span<const double> times, std::span<const std::uint64_t> ids) {
  if (times.size() != ids.size())
    throw OutputError(path_ + ": " + std::to_string(times.size()) + " times for " + std::to_string(ids.size()) +
                      " ids");
  bool sorted = true;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!std::isfinite(times[i]) || times[i] < 0) refuse(times[i], ids[i], "times are finite and not negative");
    sorted = sorted && (i == 0 || std::tie(times[i - 1], ids[i - 1]) <= std::tie(times[i], ids[i]));
  }
  if (sorted) return append_sorted(times, ids);
  std::vector<std::pair<double, std::uint64_t>> spikes(times.size());
  for (std::size_t i = 0; i < spikes.size(); ++i) spikes[i] = {times[i], ids[i]};
  std::sort(spikes.begin(), spikes.end());
  Spikes ordered;
  for (const auto& [time, id] : spikes) {
    ordered.times.push_back(time);
    ordered.ids.push_back(id);
  }
  append_sorted(ordered.times, ordered.ids);
}

void SpikeRecorder::append_sorted(std::span<const double> times, std::span<const std::uint64_t> ids) {
  if (times.empty()) return;
  if (std::tie(times.front(), ids.front()) < std::tie(last_time_, last_id_))
    refuse(times.front(), ids.front(),
           "the last one was of unit " + std::to_string(last_id_) + " at " + std::to_string(last_time_) +
               " ms, and spikes come in order of time, then of id");
  times_.append(times);
  ids_.append(ids);
  last_time_ = times.back();
  last_id_ = ids.back();
}

void SpikeRecorder::refuse(double time, std::uint64_t id, const std::string& why) const {
  throw OutputError(path_ + ": a spike of unit " + std::to_string(id) + " at " + std::to_string(time) + " ms: " + why);
}

void SpikeRecorder::close() {
  times_.close();
  ids_.close();
}

Spikes read_spikes(const ResultReader& reader, const std::string& path) {
  Spikes spikes{reader.read<double>(path + "/timestamps").values,
                reader.read<std::uint64_t>(path + "/node_ids").values};
  const std::size_t count = std::min(spikes.times.size(), spikes.ids.size());
  if (spikes.times.size() != spikes.ids.size() && reader.attribute<std::string>("/", "status") != "running")
    throw DataError(reader.path(), path + " has " + std::to_string(spikes.times.size()) + " timestamps for " +
                                       std::to_string(spikes.ids.size()) + " node_ids");
  spikes.times.resize(count);
  spikes.ids.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    if (!(spikes.times[i] >= (i == 0 ? 0.0 : spikes.times[i - 1])))
      throw DataError(reader.path(), path + "/timestamps: spike " + std::to_string(i) + " at " +
                                         std::to_string(spikes.times[i]) + " ms is out of order");
  return spikes;
}

}  // namespace cajal::record
