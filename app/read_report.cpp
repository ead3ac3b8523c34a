// From a result file to what its report shows.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "app/connectivity_measure.hpp"
#include "app/environment_recorder.hpp"
#include "app/measures.hpp"
#include "app/read_report.hpp"
#include "app/report.hpp"
#include "app/sweep_result.hpp"
#include "sim/record/spikes.hpp"

namespace cajal::app {

namespace {

using analysis::report::Report;
using record::ResultReader;

constexpr std::size_t most_values = 20'000'000;       ///< of a dataset that is drawn
constexpr std::uintmax_t most_hashed = 512ULL << 20;  ///< bytes of a file whose digest is taken for a report

std::string text_attribute(const ResultReader& reader, const std::string& name) {
  return reader.has_attribute("/", name) ? reader.attribute<std::string>("/", name) : std::string();
}

std::optional<double> number_attribute(const ResultReader& reader, const std::string& path, const std::string& name) {
  if (!reader.has_attribute(path, name)) return std::nullopt;
  return reader.attribute<double>(path, name);
}

void read_provenance(const ResultReader& reader, Report& r) {
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) r.facts.emplace_back(name, value);
  };
  const auto add_number = [&](const char* name, const char* attribute, const char* unit, double factor = 1) {
    if (const auto v = number_attribute(reader, "/", attribute))
      add(name, analysis::report::number(factor * *v) + (*unit ? std::string(" ") + unit : ""));
  };
  r.file = std::filesystem::path(reader.path()).stem().string();
  r.title = text_attribute(reader, "name");
  if (r.title.empty()) r.title = r.file;
  r.status = text_attribute(reader, "status");
  if (r.status == "running") r.status_note = "it did not end, or it has not yet; below is what was saved.";
  if (r.status == "interrupted") r.status_note = "it was stopped before its end; below is what was finished.";
  if (r.status == "failed") r.status_note = "not all of it could be done; below is what was.";
  r.config = text_attribute(reader, "config_source");
  r.overrides = text_attribute(reader, "overrides");
  add("result file", std::filesystem::path(reader.path()).filename().string());
  add("status", r.status);
  if (reader.has_attribute("/", "seed")) add("seed", std::to_string(reader.attribute<std::uint64_t>("/", "seed")));
  std::error_code error;
  const auto bytes = std::filesystem::file_size(reader.path(), error);
  add("digest",
      !error && bytes <= most_hashed ? reader.digest() : "not taken of a file of this size: cajal digest RESULT.h5");
  add("started", text_attribute(reader, "started"));
  add_number("wall time", "wall_seconds", "s");
  add_number("of it, building", "build_seconds", "s");
  add_number("step", "dt", "ms");
  add_number("real-time factor", "real_time_factor", "");
  add_number("synapses", "synapses", "");
  add_number("synaptic events", "synaptic_events", "");
  add_number("peak memory", "peak_memory", "MiB", 1.0 / (1 << 20));
  add("host", text_attribute(reader, "host"));
  add("processor", text_attribute(reader, "cpu"));
  add_number("threads", "threads", "");
  add("cajal", text_attribute(reader, "cajal_version"));
  add("git revision", text_attribute(reader, "git_revision"));
  add("libraries", text_attribute(reader, "libraries"));
  if (reader.has("/log")) r.log = reader.read<std::string>("/log").values;
}

/// Rows of `/measures`, and the times that stand in `/timing`.
std::vector<Measured> read_rows(const ResultReader& reader, const std::vector<LearnerRuns>& learners) {
  std::vector<Measured> rows = read_measured(reader);
  // The accuracy that was asked for is no place on a curve.
  for (Measured& m : rows)
    if (m.measure == "learning_speed") m.level = NAN;
  for (const LearnerRuns& l : learners)
    for (const auto& run : l.runs) {
      const auto add = [&](const char* dataset, const char* measure, const char* part) {
        const std::string path = "/timing" + run.path + dataset;
        if (!reader.has(path)) return;
        const auto seconds = reader.read<double>(path).values;
        rows.push_back({l.name, measure, part, run.seed, std::accumulate(seconds.begin(), seconds.end(), 0.0), NAN, NAN,
                        static_cast<double>(seconds.size())});
      };
      add("epoch_seconds", "training_time", "");
      add("learning_speed_seconds", "learning_speed", "seconds");
    }
  return rows;
}

/// Measures that there is no answer to: the note of each run once, and that of the whole.
void read_left_out(const ResultReader& reader, const std::vector<LearnerRuns>& learners, Report& r) {
  const auto add = [&](const std::string& path, const std::string& before) {
    if (!reader.has_attribute(path, "left_out")) return;
    std::string rest = reader.attribute<std::string>(path, "left_out");
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find("; "), rest.size());
      const std::string text = before + rest.substr(0, end);
      if (std::find(r.left_out.begin(), r.left_out.end(), text) == r.left_out.end()) r.left_out.push_back(text);
      rest.erase(0, end + 2);
    }
  };
  for (const LearnerRuns& l : learners)
    for (const auto& run : l.runs)
      if (run.path != "/") add(run.path, l.name + ": ");
  add("/", "");
}

void read_populations(const ResultReader& reader, Report& r) {
  r.start = number_attribute(reader, "/", "t_start").value_or(0);
  double last = r.start;
  for (const std::string& name : reader.has("/spikes") ? reader.members("/spikes") : std::vector<std::string>()) {
    const std::string path = "/spikes/" + name;
    if (!reader.has(path + "/timestamps") || !reader.has(path + "/node_ids")) continue;
    const auto dims = reader.describe(path + "/timestamps").dims;
    if (!dims.empty() && dims[0] > most_values) {
      r.notes.push_back(fmt::format("The {} spikes of {} are too many to draw.",
                                    analysis::report::count(static_cast<double>(dims[0])), name));
      continue;
    }
    auto spikes = record::read_spikes(reader, path);
    analysis::report::Population p{name, "", 0, std::move(spikes.times), std::move(spikes.ids)};
    const std::string node = "/nodes/" + name;
    if (reader.has(node) && reader.has_attribute(node, "kind")) p.kind = reader.attribute<std::string>(node, "kind");
    if (reader.has(node) && reader.has_attribute(node, "size")) p.size = reader.attribute<std::uint64_t>(node, "size");
    for (std::uint64_t u : p.units)
      if (u >= most_values)
        throw DataError(reader.path(), fmt::format("{} has a spike of unit {}", path, u));
      else
        p.size = std::max<std::size_t>(p.size, u + 1);
    if (!p.times.empty()) last = std::max(last, p.times.back());
    r.populations.push_back(std::move(p));
  }
  r.stop = number_attribute(reader, "/", "t_stop").value_or(last);
}

void read_traces(const ResultReader& reader, Report& r) {
  for (const std::string& name : reader.has("/traces") ? reader.members("/traces") : std::vector<std::string>()) {
    const std::string path = "/traces/" + name + "/";
    if (!reader.has(path + "data") || !reader.has(path + "time")) continue;
    const auto info = reader.describe(path + "data");
    if (info.dims.size() != 2 || info.dims[0] == 0 || info.dims[1] == 0) continue;
    if (info.dims[0] > most_values / info.dims[1]) {
      r.notes.push_back(fmt::format("The trace {} [{} x {}] is too large to draw.", name, info.dims[0], info.dims[1]));
      continue;
    }
    const auto data = reader.read<float>(path + "data");
    analysis::report::Trace t{name, info.units, info.description, reader.read<double>(path + "time").values,
                              {},   {},         data.dims[1]};
    if (reader.has(path + "ids")) t.ids = reader.read<std::uint64_t>(path + "ids").values;
    while (t.ids.size() < data.dims[1]) t.ids.push_back(t.ids.size());
    const std::size_t times = std::min(data.dims[0], t.time.size());
    t.time.resize(times);
    for (std::size_t u = 0; u < std::min<std::size_t>(data.dims[1], 8); ++u) {
      t.values.emplace_back();
      for (std::size_t i = 0; i < times; ++i)
        t.values.back().push_back(static_cast<double>(data.values[i * data.dims[1] + u]));
    }
    r.traces.push_back(std::move(t));
  }
}

void read_acting(const ResultReader& reader, Report& r) {
  const std::string group = std::string("/") + environment_place, place = group + "/";
  if (!reader.has(place + "t")) return;
  const auto dims = reader.describe(place + "t").dims;
  if (!dims.empty() && dims[0] > most_values) {
    r.notes.push_back("The decisions are too many to draw.");
    return;
  }
  analysis::report::Acting& a = r.acting;
  a.kind = reader.attribute<std::string>(group, "kind");
  a.populations = reader.read<std::string>(place + "populations").values;
  a.time = reader.read<double>(place + "t").values;
  a.reward = reader.read<double>(place + "reward").values;
  a.action = reader.read<std::int64_t>(place + "action").values;
  a.episode = reader.read<std::uint64_t>(place + "episode").values;
  // Of a run that was killed the columns may differ by what was not yet written.
  const std::size_t n = std::min({a.time.size(), a.reward.size(), a.action.size(), a.episode.size()});
  a.time.resize(n), a.reward.resize(n), a.action.resize(n), a.episode.resize(n);
}

void read_connectivity(const ResultReader& reader, const std::vector<Measured>& measured, Report& r) {
  const std::string place = "/" + std::string(connectivity_place);
  const std::string group = place.substr(0, place.size() - 1);
  for (const std::string& record : reader.has(group) ? reader.members(group) : std::vector<std::string>()) {
    analysis::report::Connectivity c;
    c.record = record;
    c.path = place + record;
    for (const auto& [name, label] : {std::pair{"correlation", "simulated"}, std::pair{"empirical", "empirical"}}) {
      const std::string path = c.path + "/" + name;
      if (!reader.has(path)) continue;
      const auto dims = reader.describe(path).dims;
      if (dims.size() != 2 || dims[0] == 0 || dims[0] != dims[1] || dims[0] > most_values / dims[1]) continue;
      analysis::report::Sheet sheet;
      sheet.width = sheet.height = dims[0];
      sheet.columns = 1;
      sheet.pictures.push_back(reader.read<double>(path).values);
      sheet.labels.emplace_back(label);
      sheet.description = fmt::format("functional connectivity of {}, {}", record, label);
      c.sheets.push_back(std::move(sheet));
    }
    if (c.sheets.empty()) continue;
    const auto value = [&](std::string_view name) {
      const auto m = std::find_if(measured.begin(), measured.end(),
                                  [&](const Measured& row) { return row.learner == record && row.measure == name; });
      return m == measured.end() ? std::nan("") : m->value;
    };
    c.mean = value(connectivity_name);
    c.fit = value(connectivity_fit_name);
    r.connectivity.push_back(std::move(c));
  }
}

void read_abstract(const ResultReader& reader, Report& r) {
  using analysis::report::count;
  using analysis::report::counted;
  if (r.learners.empty()) {
    r.kind = "simulation";
    std::size_t units = 0, spikes = 0;
    for (const auto& p : r.populations) units += p.size, spikes += p.times.size();
    r.abstract = fmt::format("{} ms of model time", analysis::report::number(r.stop - r.start));
    if (!r.populations.empty())
      r.abstract += fmt::format(", {} with {}, {}", counted(r.populations.size(), "recorded population"),
                                counted(units, "unit"), counted(spikes, "spike"));
    r.abstract += ".";
    return;
  }
  r.kind = r.learners.size() > 1 ? "comparison" : "training";
  const auto size = [&](const char* part) {
    const std::string path = std::string("/data/") + part;
    const auto dims = reader.has(path) ? reader.describe(path).dims : std::vector<std::size_t>();
    return dims.empty() ? 0.0 : static_cast<double>(dims[0]);
  };
  r.abstract = fmt::format("{}{}, {} training samples{}, {} test samples.", counted(r.learners.size(), "learner"),
                           r.seeds > 1 ? fmt::format(" with {} seeds each", r.seeds) : "", count(size("train")),
                           reader.has("/data") && reader.has_attribute("/data", "source")
                               ? " of " + reader.attribute<std::string>("/data", "source")
                               : "",
                           count(size("test")));
  for (const analysis::Row& row : r.comparison.rows) {
    if (row.name != "test accuracy") continue;
    std::size_t best = row.values.size();
    for (std::size_t i = 0; i < row.values.size(); ++i)
      if (row.values[i] && (best == row.values.size() || row.values[i]->value > row.values[best]->value)) best = i;
    // Of several it is said below who wins what.
    if (best < row.values.size() && r.learners.size() == 1)
      r.abstract += fmt::format(" Right on {:.2f} % of the test samples.", 100 * row.values[best]->value);
  }
}

}  // namespace

Report read_report(const ResultReader& reader) {
  Report r;
  read_provenance(reader, r);
  if (reader.has("/sweep")) {
    r.kind = "sweep";
    r.sweep = read_sweep(reader);
    r.abstract = analysis::report::counted(r.sweep->settings(), "setting") + ".";
    if (!r.sweep->choice.empty()) r.abstract += (r.sweep->chosen ? " One was " : " Of them ") + r.sweep->choice + ".";
    return r;
  }
  const std::vector<Measured> measured = read_measured(reader);
  const std::vector<LearnerRuns> learners = learner_runs(reader);
  if (!learners.empty()) {
    std::vector<std::string> names;
    for (const LearnerRuns& l : learners) {
      names.push_back(l.name);
      r.seeds = std::max(r.seeds, l.runs.size());
      r.learners.push_back(read_learner(reader, l));
    }
    r.rows = read_rows(reader, learners);
    std::vector<Measured> single = r.rows;
    std::erase_if(single, [](const Measured& m) { return std::isfinite(m.level); });
    r.comparison = comparison(names, single, {});
    analysis::report::add_intervals(r);
    r.selection = text_attribute(reader, "selection");
    r.selection_note = text_attribute(reader, "selection_note");
    read_left_out(reader, learners, r);
  }
  read_populations(reader, r);
  read_acting(reader, r);
  read_traces(reader, r);
  read_connectivity(reader, measured, r);
  if (r.learners.empty()) read_weights(reader, r);
  read_abstract(reader, r);
  return r;
}

}  // namespace cajal::app
