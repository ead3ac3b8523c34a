// From a sweep's result to its table.

#include <fmt/format.h>

#include <algorithm>

#include "app/sweep_result.hpp"

namespace cajal::app {

namespace {

using analysis::SweepTable;
using record::ResultReader;

/// Rows of `/measures`, by point.
std::vector<std::vector<Measured>> rows_by_point(const ResultReader& reader, std::size_t points) {
  std::vector<std::vector<Measured>> rows(points);
  const std::vector<Measured> all = read_measured(reader);
  if (all.empty()) return rows;
  const auto point = reader.read<std::int64_t>("/measures/point").values;
  for (std::size_t i = 0; i < std::min(all.size(), point.size()); ++i)
    if (point[i] >= 0 && static_cast<std::size_t>(point[i]) < points)
      rows[static_cast<std::size_t>(point[i])].push_back(all[i]);
  return rows;
}

/// Points of each setting.
std::vector<std::vector<std::size_t>> members_of(const ResultReader& reader, std::vector<std::size_t>& setting) {
  std::vector<std::vector<std::size_t>> members;
  for (const std::int64_t s : reader.read<std::int64_t>("/sweep/setting").values) {
    const std::size_t point = setting.size();
    // Settings are numbered as they first appear.
    if (s < 0 || static_cast<std::size_t>(s) > members.size())
      throw DataError(reader.path(), fmt::format("/sweep/setting holds {} behind {} settings", s, members.size()));
    setting.push_back(static_cast<std::size_t>(s));
    if (setting.back() == members.size()) members.emplace_back();
    members[setting.back()].push_back(point);
  }
  return members;
}

void read_axes(const ResultReader& reader, const std::vector<std::vector<std::size_t>>& members, SweepTable& table) {
  for (const std::string& address : reader.read<std::string>("/sweep/address").values) {
    std::string name = address;
    std::replace(name.begin(), name.end(), '/', '_');
    const std::string place = "/sweep/values/" + name;
    if (reader.attribute<std::uint8_t>(place, "averaged") != 0) continue;
    SweepTable::Axis axis{address, {}, {}, ""};
    const auto texts = reader.read<std::string>(place + "/text").values;
    for (const auto& points : members) axis.texts.push_back(texts.at(points.front()));
    if (reader.has(place + "/number")) {
      const auto numbers = reader.read<double>(place + "/number").values;
      for (const auto& points : members) axis.numbers.push_back(numbers.at(points.front()));
      axis.unit = reader.describe(place + "/number").units;
    }
    table.axes.push_back(std::move(axis));
  }
}

void read_points(const ResultReader& reader, const std::vector<std::vector<std::size_t>>& members, SweepTable& table) {
  const auto names = reader.read<std::string>("/sweep/point").values;
  const auto states = reader.read<std::string>("/sweep/state").values;
  for (const auto& points : members) {
    std::string name = names.at(points.front()), state;
    if (points.size() == 2) name += ", " + names.at(points.back());
    if (points.size() > 2) name += fmt::format(" and {} more", points.size() - 1);
    for (const std::size_t p : points)
      if (states.at(p) != "complete" && state != "failed") state = states.at(p);
    table.points.push_back(name);
    table.states.push_back(state);
  }
}

/// What chose, what was chosen, and what the test data say of it.
void read_choice(const ResultReader& reader, const std::vector<std::size_t>& setting,
                 const std::vector<std::vector<Measured>>& rows, SweepTable& table) {
  const auto text = [&](const char* name) { return reader.attribute<std::string>("/sweep", name); };
  const std::string select = text("select"), of = text("of"), beside = text("beside");
  const auto chosen = reader.attribute<std::int64_t>("/sweep", "chosen");
  table.choice = text("note");
  if (select.empty()) return;
  if (chosen < 0 || static_cast<std::size_t>(chosen) >= setting.size()) {
    table.choice = fmt::format("nothing is chosen: no setting has {} of all its points", select);
    return;
  }
  table.chosen = setting[static_cast<std::size_t>(chosen)];
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (table.columns[c].measure == select && table.columns[c].of == of) table.chosen_by = c;
  table.choice = fmt::format("chosen by {} ({} is better)", select, text("prefer"));
  if (beside.empty()) return;
  const SweepTable::Column test{of, beside, setting_values(setting, table.settings(), rows, of, beside), {}};
  table.choice += fmt::format("; its {} is {}, which was not used to choose", beside,
                              printed(test, test.values[*table.chosen], true));
}

}  // namespace

SweepTable read_sweep(const ResultReader& reader) {
  SweepTable table;
  std::vector<std::size_t> setting;
  const auto members = members_of(reader, setting);
  table.grid = reader.attribute<std::string>("/sweep", "kind") == "grid";
  read_axes(reader, members, table);
  read_points(reader, members, table);
  const auto rows = rows_by_point(reader, setting.size());
  const auto of = reader.read<std::string>("/sweep/shown/of").values;
  const auto measure = reader.read<std::string>("/sweep/shown/measure").values;
  for (std::size_t i = 0; i < std::min(of.size(), measure.size()); ++i) {
    SweepTable::Column column{of[i], measure[i], {}, {}};
    column.values = setting_values(setting, members.size(), rows, of[i], measure[i], &column.deviation);
    table.columns.push_back(std::move(column));
  }
  read_choice(reader, setting, rows, table);
  return table;
}

}  // namespace cajal::app
