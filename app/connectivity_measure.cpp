#include "app/connectivity_measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/functional_connectivity.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

constexpr std::size_t most_units = 5000;  // the matrix then takes 200 MB

/// The record that `of` names, if it holds a variable of several units.
const RecordRequest* find_record(const config::Table& table, std::span<const RecordRequest> records,
                                 const std::string& name) {
  std::vector<std::string> variables;
  for (const RecordRequest& r : records) {
    if (r.kind != RecordRequest::Kind::variable) continue;
    if (r.name == name) return &r;
    variables.push_back(r.name);
  }
  table.error("of", fmt::format("there is no entry \"{}\" of [record] with a variable{}", name,
                                config::alternatives(name, variables, "there are")));
  return nullptr;
}

}  // namespace

ConnectivityMeasure read_connectivity_measure(const config::Table& root, const config::Table& table, double duration,
                                              std::span<const RecordRequest> records) {
  ConnectivityMeasure m;
  const std::size_t before = table.diagnostics().size();
  m.record = table.required_text("of");
  m.start = table.quantity("start", "ms", 0, config::not_negative);
  if (table.has("empirical")) m.empirical = config::named_matrix(root, table, "empirical");
  if (table.diagnostics().size() > before) return m;
  const RecordRequest* record = find_record(table, records, m.record);
  if (!record) return m;
  if (duration > 0 && m.start >= duration)
    table.error("start", fmt::format("starts at {:g} ms, when the run of {:g} ms has ended", m.start, duration));
  const std::size_t units = record->units;
  if (units < 2 || units > most_units)
    table.error("of", fmt::format("\"{}\" records {} units; 2 to {} can be correlated", m.record, units, most_units));
  else if (m.empirical && (m.empirical->rows != units || m.empirical->columns != units))
    table.error("empirical", fmt::format("is {} x {}; \"{}\" records {} units", m.empirical->rows, m.empirical->columns,
                                         m.record, units));
  return m;
}

std::vector<Measured> measure_connectivity(const ConnectivityMeasure& m, const KeptRows& rows, std::uint64_t seed,
                                           const record::ResultFile& file) {
  const auto first =
      static_cast<std::size_t>(std::upper_bound(rows.times.begin(), rows.times.end(), m.start) - rows.times.begin());
  if (rows.times.size() - first < 2) return {};
  const std::size_t units = rows.values.size() / rows.times.size();
  const auto found = analysis::functional_connectivity(rows.values.subspan(first * units), units);
  const std::string place = std::string(connectivity_place) + m.record + "/";
  file.write(place + "correlation", found.correlation, {units, units},
             {"", "correlation of the recorded units over time, NaN where one is constant", {"unit", "unit"}});
  std::vector<Measured> out;
  const auto add = [&](std::string_view name, std::optional<double> value) {
    if (value)
      out.push_back({m.record, std::string(name), "", seed, *value, NAN, NAN, static_cast<double>(found.pairs)});
  };
  add(connectivity_name, found.mean);
  if (!m.empirical) return out;
  file.write(place + "empirical", m.empirical->values, {units, units},
             {"", "the empirical matrix " + m.empirical->name, {"unit", "unit"}});
  add(connectivity_fit_name, analysis::fit(found, m.empirical->values));
  return out;
}

}  // namespace cajal::app
