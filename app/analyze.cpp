#include "app/analyze.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "analysis/catalogue.hpp"
#include "app/interpretation.hpp"
#include "app/measures.hpp"
#include "app/prediction_measures.hpp"
#include "app/provenance.hpp"
#include "app/recorded.hpp"
#include "app/text_file.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

namespace fs = std::filesystem;
using analysis::RecordedMeasure;
using analysis::RecordedOutline;

/// What was found in one result, or at one point of a sweep.
struct Part {
  std::string result;
  std::optional<std::int64_t> point;
  std::string base;  ///< in the result, with a slash at its end
  Findings found = {};

  std::string shown() const { return point ? fmt::format("{}, point {}", result, *point) : result; }
};

std::vector<Part> parts_of(const std::vector<std::string>& results) {
  std::vector<Part> out;
  for (const std::string& result : results) {
    const record::ResultReader reader(result);
    if (reader.has("/analysed")) throw DataError(result, "is what an analysis wrote, not the result of a run");
    if (!reader.has("/sweep")) {
      out.push_back({result, {}, "/"});
      continue;
    }
    const auto points = reader.read<std::string>("/sweep/point").values;
    for (std::size_t p = 0; p < points.size(); ++p)
      if (reader.has("/runs/" + points[p]))
        out.push_back({result, static_cast<std::int64_t>(p), "/runs/" + points[p] + "/"});
  }
  return out;
}

/// The measures that were asked for, and their keys, as a config would have them.
class Asked {
 public:
  explicit Asked(const AnalysisRequest& request) : all_(request.measures.empty()) {
    for (const std::string& address : request.overrides)
      if (!address.starts_with("measure."))
        throw Error(fmt::format("--set {}: here only keys of measures can be set, like --set measure.cka.samples=500",
                                address));
    std::string text = "[measure]\n";
    for (std::size_t i = 0; i < request.measures.size(); ++i) {
      const std::string& name = request.measures[i];
      find(name);
      if (std::find(request.measures.begin(), request.measures.begin() + static_cast<std::ptrdiff_t>(i), name) ==
          request.measures.begin() + static_cast<std::ptrdiff_t>(i))
        text += name + " = {}\n";
    }
    // Without --measure all are taken, those with keys of their own among them.
    if (all_) text += tables_of(request.overrides);
    root_ = config::parse(text, "--measure", request.overrides);
  }

  bool needs_weights() const {
    if (all_) return true;
    const auto& members = root_.find("measure")->members;
    return std::any_of(members.begin(), members.end(), [&](const auto& m) { return find(m.first).needs_weights; });
  }

  std::vector<RecordedMeasure::Take> takes(const RecordedOutline& outline, const std::string& result) {
    static const config::Value nothing = config::Value::table({});
    std::vector<RecordedMeasure::Take> out;
    const config::Table root(root_, "", diagnostics_);
    const auto tables = root.tables("measure");
    for (const RecordedMeasure& m : analysis::recorded_measures()) {
      const auto named =
          std::find_if(tables.begin(), tables.end(), [&](const auto& t) { return t.first == m.entry.name; });
      if (m.taken(outline) == RecordedMeasure::Taken::never) {
        if (named != tables.end() && !all_) refuse(m, outline, result);
      } else if (named != tables.end()) {
        out.push_back(m.make(named->second, outline));
      } else if (all_) {
        out.push_back(m.make(config::Table(nothing, "measure", diagnostics_), outline));
      }
    }
    return out;
  }

  /// Once all results have read their keys.
  void raise() {
    config::Table(root_, "", diagnostics_).refuse_unused();
    config::raise(diagnostics_);
  }

 private:
  static std::string tables_of(const std::vector<std::string>& overrides) {
    std::string text;
    std::vector<std::string> names;
    for (const std::string& address : overrides) {
      const std::size_t begin = address.find('.') + 1;
      const std::string name = address.substr(begin, address.find_first_of(".=", begin) - begin);
      find(name);
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      names.push_back(name);
      text += name + " = {}\n";
    }
    return text;
  }

  static const RecordedMeasure& find(const std::string& name) {
    std::vector<std::string> names;
    for (const RecordedMeasure& m : analysis::recorded_measures()) {
      if (m.entry.name == name) return m;
      names.emplace_back(m.entry.name);
    }
    for (const analysis::MeasureEntry& entry : analysis::measure_entries())
      if (entry.name == name)
        throw Error(
            fmt::format("\"{}\" is measured while a run goes on and stands in /measures of its result; what can "
                        "be measured of a result: {}",
                        name, fmt::join(names, ", ")));
    throw Error(fmt::format("unknown measure \"{}\"{}", name, config::alternatives(name, names, "there are")));
  }

  [[noreturn]] static void refuse(const RecordedMeasure& m, const RecordedOutline& outline, const std::string& result) {
    std::vector<std::string> names;
    for (const RecordedMeasure& other : analysis::recorded_measures())
      if (other.taken(outline) != RecordedMeasure::Taken::never) names.emplace_back(other.entry.name);
    throw Error(fmt::format("{}: \"{}\" is no measure of a {}; there are: {}", result, m.entry.name,
                            outline.simulation ? "simulation" : "learner", fmt::join(names, ", ")));
  }

  bool all_;
  config::Value root_;
  std::vector<Diagnostic> diagnostics_;
};

void take(Asked& asked, std::vector<Part>& parts) {
  std::vector<std::vector<RecordedMeasure::Take>> takes;
  for (const Part& part : parts) {
    const analysis::Recorded recorded = read_recorded(record::ResultReader(part.result), false, part.base);
    takes.push_back(asked.takes(outline_of(recorded), part.shown()));
  }
  asked.raise();
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const record::ResultReader reader(parts[p].result);
    const analysis::Recorded recorded = read_recorded(reader, asked.needs_weights(), parts[p].base);
    // A simulation of which nothing was recorded is no different from what is no run at all.
    if (recorded.runs.empty() && recorded.populations.empty()) {
      const std::string what = "holds no activity of learners, no spikes of populations and no final weights";
      if (!parts[p].point) throw DataError(parts[p].result, what);
      parts[p].found.leave_out(what);
      continue;
    }
    for (const auto& one : takes[p]) parts[p].found.add(one(recorded));
  }
}

/// Columns that /measures of one run does not have: of which result, of which point.
struct Columns {
  bool result = false, point = false;
};

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv(const std::vector<Part>& parts, const Columns& columns) {
  const auto number = [](double x) { return std::isnan(x) ? std::string() : fmt::format("{}", x); };
  std::string text = fmt::format("{}{}learner,measure,part,seed,value,low,high,n,level\n",
                                 columns.result ? "result," : "", columns.point ? "point," : "");
  for (const Part& part : parts)
    for (const Measured& m : part.found.rows) {
      if (columns.result) text += quoted(part.result) + ",";
      if (columns.point) text += part.point ? fmt::format("{},", *part.point) : ",";
      text += fmt::format("{},{},{},{},{},{},{},{},{}\n", quoted(m.learner), quoted(m.measure), quoted(m.part), m.seed,
                          number(m.value), number(m.low), number(m.high), number(m.n), number(m.level));
    }
  return text;
}

void write_hdf5(const record::ResultFile& file, const std::vector<Part>& parts, const Columns& columns) {
  std::vector<Measured> rows;
  std::vector<std::string> result;
  std::vector<std::int64_t> point;
  std::string results;
  std::vector<std::string> names;
  for (const Part& part : parts) {
    const std::string name = fs::path(part.result).filename().string();
    if (std::find(names.begin(), names.end(), part.result) == names.end()) names.push_back(part.result);
    for (const Measured& m : part.found.rows) {
      rows.push_back(m);
      result.push_back(part.result);
      point.push_back(part.point.value_or(-1));
    }
    // Of one result arrays stand where its run would have put them.
    const std::string place = columns.result ? fmt::format("results/{}{}", names.size() - 1, part.base) : part.base;
    if (place.size() > 1 && !part.found.arrays.empty())
      write_findings(file.group(place.substr(0, place.size() - 1)), part.found);
    else
      write_findings(file, part.found);
  }
  write_measures(file, rows);
  if (columns.result && !rows.empty())
    file.write("measures/result", std::span<const std::string>(result), {rows.size()}, {"", "result", {"row"}});
  if (columns.point && !rows.empty())
    file.write("measures/point", point, {rows.size()}, {"", "point of the sweep, -1: none", {"row"}});
  file.write("analysed", std::span<const std::string>(names), {names.size()},
             {"", "results that were read", {"result"}});
  file.attribute("cajal_version", version_text());
}

analysis::Comparison table_of(const std::vector<Measured>& rows) {
  using analysis::Row;
  analysis::Comparison table;
  std::vector<const Measured*> of_rows;
  for (const Measured& m : rows) {
    if (std::find(table.columns.begin(), table.columns.end(), m.learner) == table.columns.end())
      table.columns.push_back(m.learner);
    if (std::none_of(of_rows.begin(), of_rows.end(),
                     [&](const Measured* o) { return o->measure == m.measure && o->part == m.part; }))
      of_rows.push_back(&m);
  }
  for (const Measured* m : of_rows) {
    Row row{m->part.empty() ? m->measure : m->measure + ", " + m->part,
            "",
            Row::Format::significant,
            Row::Better::none,
            4,
            {},
            "95 % interval"};
    for (const std::string& learner : table.columns) row.values.push_back(cell(learner, m->measure, m->part, rows));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void print(const std::vector<Part>& parts, Terminal& terminal) {
  for (const Part& part : parts) {
    if (part.found.rows.empty()) continue;
    if (parts.size() > 1) terminal.result(part.shown() + "\n");
    terminal.result(analysis::table_text(table_of(part.found.rows)));
    if (parts.size() > 1) terminal.result("\n");
  }
}

/// Whether `out` can be written, before anything is read for long.
void check_out(const AnalysisRequest& request) {
  if (request.out.empty()) return;
  std::error_code ignored;
  for (const std::string& result : request.results)
    if (request.out == result || fs::equivalent(request.out, result, ignored))
      throw OutputError(fmt::format("{}: an analysis cannot replace the result that it reads", request.out));
  if (!request.out.ends_with(".csv") && !request.out.ends_with(".h5"))
    throw OutputError(fmt::format("{}: expected a name that ends with .csv or .h5", request.out));
  if (!request.force && fs::exists(request.out, ignored))
    throw OutputError(fmt::format("{}: is there already; --force replaces it", request.out));
}

}  // namespace

int analyze(const AnalysisRequest& request, Terminal& terminal) {
  check_out(request);
  Asked asked(request);
  std::vector<Part> parts = parts_of(request.results);
  take(asked, parts);
  std::size_t rows = 0;
  for (const Part& part : parts) {
    rows += part.found.rows.size();
    for (const std::string& what : part.found.left_out)
      terminal.line(parts.size() > 1 ? fmt::format("{}: {}", part.shown(), what) : what);
  }
  if (rows == 0) throw Error("nothing was found");
  Columns columns;
  columns.result = request.results.size() > 1;
  columns.point = std::any_of(parts.begin(), parts.end(), [](const Part& p) { return p.point.has_value(); });
  if (request.out.empty()) {
    print(parts, terminal);
    return 0;
  }
  if (request.out.ends_with(".csv")) {
    write_text(request.out, csv(parts, columns));
  } else {
    const record::ResultFile file = record::ResultFile::create(request.out, request.force);
    write_hdf5(file, parts, columns);
    file.finish(record::Status::complete);
  }
  terminal.line(fmt::format("wrote {} rows to {}", rows, request.out));
  return 0;
}

}  // namespace cajal::app
