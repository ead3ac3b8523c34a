#include "app/sweep_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

#include "sim/config/grammar.hpp"

namespace cajal::app {

namespace fs = std::filesystem;

namespace {

/// Where the values of an address stand; a name in HDF5 has no `/`.
std::string place_of(const std::string& address) {
  std::string name = address;
  std::replace(name.begin(), name.end(), '/', '_');
  return "sweep/values/" + name + "/";
}

void write_axis(const record::Group& group, const SweepPlan& plan, std::size_t axis) {
  std::vector<std::string> texts;
  std::vector<double> numbers;
  std::optional<std::string> unit;
  for (const auto& values : plan.points) {
    texts.push_back(text_of(values[axis]));
    if (const auto number = number_of(values[axis], unit)) numbers.push_back(*number);
  }
  const std::string& address = plan.axes[axis].address;
  const std::vector<std::size_t> dims{texts.size()};
  group.write(place_of(address) + "text", std::span<const std::string>(texts), dims,
              {"", "value of each point at the address, as TOML", {"point"}});
  if (numbers.size() == texts.size())
    group.write(place_of(address) + "number", numbers, dims, {*unit, "the same as a number", {"point"}});
  const record::Group values = group.group(place_of(address));
  values.attribute("address", address);
  values.attribute("averaged", plan.axes[axis].averaged);
}

void write_columns(const record::Group& group, const SweepPlan& plan, const SweepChoice& choice,
                   const std::vector<SweepPoint>& points) {
  std::vector<std::string> addresses, names, states, of, measure;
  for (const SweepAxis& axis : plan.axes) addresses.push_back(axis.address);
  std::vector<std::int64_t> setting(plan.setting.begin(), plan.setting.end());
  for (std::size_t p = 0; p < points.size(); ++p) {
    names.push_back(plan.name(p));
    states.push_back(points[p].state);
  }
  const auto texts = [&](const char* name, const std::vector<std::string>& values, const char* meaning,
                         const char* axis) {
    group.write(std::string("sweep/") + name, std::span<const std::string>(values), {values.size()},
                {"", meaning, {axis}});
  };
  texts("address", addresses, "what is swept, from the slowest to the fastest", "address");
  texts("point", names, "name of each point below /runs", "point");
  texts("state", states, "complete, failed, not run", "point");
  group.write("sweep/setting", setting, {setting.size()},
              {"", "points that differ in averaged addresses alone share a setting", {"point"}});
  for (std::size_t a = 0; a < plan.axes.size(); ++a) write_axis(group, plan, a);
  for (const auto& [owner, name] : choice.shown) {
    of.push_back(owner);
    measure.push_back(name);
  }
  texts("shown/of", of, "learner or population of each figure that the table shows", "figure");
  texts("shown/measure", measure, "what it is", "figure");
}

std::vector<std::vector<Measured>> rows_of(const std::vector<SweepPoint>& points) {
  std::vector<std::vector<Measured>> rows;
  for (const SweepPoint& p : points) rows.push_back(p.rows);
  return rows;
}

}  // namespace

SweepPoint read_point(const std::string& part) {
  SweepPoint point;
  std::error_code ignored;
  if (!fs::exists(part, ignored)) return point;
  const record::ResultReader reader(part);
  const auto status = reader.attribute<std::string>("/", "status");
  if (status != "complete" && status != "failed") return point;
  point.state = status;
  std::vector<std::string> places{"/"};
  if (reader.has("/runs"))
    for (const std::string& group : reader.groups("/runs")) places.push_back(group);
  for (const std::string& place : places)
    if (point.failure.empty() && reader.has_attribute(place, "failure"))
      point.failure = reader.attribute<std::string>(place, "failure");
  point.rows = read_measured(reader);
  return point;
}

std::optional<std::size_t> write_sweep(const record::ResultFile& file, const SweepPlan& plan, const SweepChoice& choice,
                                       const std::vector<SweepPoint>& points, const std::string& parts) {
  for (std::size_t p = 0; p < points.size(); ++p)
    if (points[p].state != "not run")
      file.group("runs/" + plan.name(p)).adopt((fs::path(parts) / (plan.name(p) + ".h5")).string());
  write_columns(file, plan, choice, points);
  std::vector<Measured> rows;
  std::vector<std::int64_t> point;
  for (std::size_t p = 0; p < points.size(); ++p) {
    rows.insert(rows.end(), points[p].rows.begin(), points[p].rows.end());
    point.resize(rows.size(), static_cast<std::int64_t>(p));
  }
  write_measures(file, rows);
  if (!rows.empty()) file.write("measures/point", point, {point.size()}, {"", "point of the sweep", {"row"}});

  const record::Group sweep = file.group("sweep");
  sweep.attribute("kind", plan.random ? "random" : "grid");
  sweep.attribute("select", choice.measure);
  sweep.attribute("of", choice.of);
  sweep.attribute("prefer", choice.higher ? "higher" : "lower");
  sweep.attribute("beside", choice.beside);
  sweep.attribute("note", choice.note);
  std::optional<std::size_t> chosen;
  if (!choice.measure.empty()) {
    const auto values = setting_values(plan.setting, plan.settings, rows_of(points), choice.of, choice.measure);
    const std::size_t best = best_of(values, choice.higher);
    if (best < values.size())
      chosen =
          static_cast<std::size_t>(std::find(plan.setting.begin(), plan.setting.end(), best) - plan.setting.begin());
  }
  sweep.attribute("chosen", chosen ? static_cast<std::int64_t>(*chosen) : std::int64_t{-1});
  return chosen;
}

namespace {

/// Files that a config names beside itself, where they are.
void make_absolute(config::Value& value, const std::string& key, const fs::path& folder) {
  for (auto& item : value.items) make_absolute(item, key, folder);
  for (auto& [name, member] : value.members) make_absolute(member, name, folder);
  if (value.kind != config::Value::Kind::text || value.text.find('\0') != std::string::npos) return;
  std::error_code error;
  const fs::path there = folder / value.text;
  const bool is_file = value.text.find_first_of("./") != std::string::npos && fs::is_regular_file(there, error);
  if (is_file || (key == "idx" && fs::is_directory(there, error))) {
    const fs::path absolute = fs::absolute(there, error);
    if (!error) value.text = absolute.lexically_normal().string();
  }
}

}  // namespace

void write_best(const std::string& part, const std::string& name, const std::string& folder, const std::string& comment,
                const std::string& path) {
  const record::ResultReader reader(part);
  // What stands in a result is resolved; files of its tables need not be there now.
  std::vector<Diagnostic> diagnostics;
  std::optional<config::Value> stored =
      config::parse_toml(reader.attribute<std::string>("/", "config"), part, diagnostics);
  config::raise(std::move(diagnostics));
  config::Value root = std::move(*stored);
  for (auto& [key, member] : root.members) make_absolute(member, key, folder);
  config::Value* run = root.find("run");
  if (!run) run = &root.set("run", config::Value::table({}));
  run->set("name", config::Value::of(name + ".best", {}));
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << comment << config::write(root);
  file.close();
  if (!file) throw OutputError(path + ": cannot be written");
}

}  // namespace cajal::app
