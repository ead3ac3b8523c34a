#include "app/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/behaviour.hpp"
#include "analysis/catalogue.hpp"
#include "analysis/continual.hpp"
#include "analysis/criteria.hpp"
#include "analysis/functional_connectivity.hpp"
#include "analysis/learning_speed.hpp"
#include "analysis/operations.hpp"
#include "analysis/sample_efficiency.hpp"
#include "analysis/sparsity.hpp"
#include "app/connectivity_measure.hpp"
#include "app/prediction_measures.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

/// Its kind may be asked for several times, with other keys.
bool asked_of_subject(std::string_view kind) {
  const auto all = analysis::subject_measures();
  return std::any_of(all.begin(), all.end(), [&](const auto& m) { return m.entry.name == kind; });
}

/// Calls `take(kind, table)` for each measure that is allowed `of` what is run.
template <class Take>
void each_measure(const config::Table& root, const std::vector<std::string>& allowed, const char* of, Take&& take) {
  std::vector<std::string> known, names;
  for (const auto& e : analysis::measure_entries()) known.emplace_back(e.name);
  for (const auto& [name, table] : root.tables("measure")) {
    const std::size_t errors = root.diagnostics().size();
    const std::string kind = table.text("kind", name);
    if (root.diagnostics().size() > errors) continue;
    const char* key = table.has("kind") ? "kind" : "";
    if (std::find(known.begin(), known.end(), kind) == known.end())
      table.error(key, fmt::format("unknown measure \"{}\"{}", kind, config::alternatives(kind, allowed)));
    else if (std::find(allowed.begin(), allowed.end(), kind) == allowed.end())
      table.error(key,
                  fmt::format("\"{}\" is no measure of a {}; allowed here: {}", kind, of, fmt::join(allowed, ", ")));
    else if (std::find(names.begin(), names.end(), kind) != names.end() && !asked_of_subject(kind))
      table.error(key, fmt::format("\"{}\" is measured twice", kind));
    else {
      names.push_back(kind);
      take(kind, table);
    }
  }
}

/// Whoever did not ask is not told why there is no answer.
analysis::RecordedMeasure::Take unasked(analysis::RecordedMeasure::Take take) {
  return [take = std::move(take)](const analysis::Recorded& recorded) {
    Findings found = take(recorded);
    found.left_out.clear();
    return found;
  };
}

/// Calls `add` with each measure of results that `[measure]` names, or of those by default, and its `take`.
template <class Add>
void read_recorded_measures(const config::Table& root, const analysis::RecordedOutline& outline, Add&& add) {
  using Taken = analysis::RecordedMeasure::Taken;
  static const config::Value nothing = config::Value::table({});
  std::vector<std::pair<std::string, config::Table>> tables;
  if (root.has("measure")) tables = root.tables("measure");
  for (const analysis::RecordedMeasure& m : analysis::recorded_measures()) {
    const Taken taken = m.taken(outline);
    if (taken == Taken::by_default && !root.has("measure"))
      add(m, unasked(m.make(config::Table(nothing, "measure", root.diagnostics()), outline)));
    for (const auto& [name, table] : tables)
      if (taken != Taken::never && table.text("kind", name) == m.entry.name) add(m, m.make(table, outline));
  }
}

}  // namespace

bool LearnerMeasures::has(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

LearnerMeasures read_measures(const config::Table& root) {
  std::vector<std::string> allowed{"accuracy",
                                   "confusion",
                                   "precision",
                                   "recall",
                                   "f1",
                                   "auc",
                                   "balanced_accuracy",
                                   "error_per_class",
                                   "r2",
                                   "rmse",
                                   "mae",
                                   "rates",
                                   "sparsity",
                                   "operations",
                                   "saliency",
                                   "permutation_importance",
                                   "hidden_pca",
                                   "generated"};
  for (const auto* e :
       {&analysis::sample_efficiency_entry, &analysis::continual_entry, &analysis::learning_speed_entry})
    allowed.emplace_back(e->name);
  for (const auto& m : analysis::subject_measures()) allowed.emplace_back(m.entry.name);
  for (const auto& m : analysis::recorded_measures())
    if (m.of_learners != analysis::RecordedMeasure::Taken::never) allowed.emplace_back(m.entry.name);
  LearnerMeasures m;
  m.by_default = !root.has("measure");
  if (m.by_default)
    m.names = {"accuracy", "confusion", "f1",    "auc",      "balanced_accuracy", "r2",
               "rmse",     "mae",       "rates", "sparsity", "operations"};
  else
    each_measure(root, allowed, "learner",
                 [&](const std::string& kind, const config::Table&) { m.names.push_back(kind); });
  return m;
}

analysis::RecordedOutline outline_of(const config::Table& root, const std::string& name) {
  analysis::RecordedOutline out;
  const auto add = [&](const std::string& learner, const config::Value& tree) {
    out.learners.push_back({learner, {}});
    if (const config::Value* nodes = tree.find("node"))
      for (const auto& [node, value] : nodes->members) out.learners.back().nodes.push_back(node);
  };
  if (const config::Value* learners = root.peek("learner"))
    for (const auto& [learner, tree] : learners->members) add(learner, tree);
  else
    add(name, root.value());
  return out;
}

void read_further_measures(LearnerMeasures& measures, const config::Table& root, const std::string& name,
                           const analysis::Questions& questions) {
  static const config::Value nothing = config::Value::table({});
  std::vector<std::string> identities;
  const auto ask = [&](const analysis::SubjectMeasure& m, const config::Table& table) {
    if (m.of_classes && questions.classes == 0) {
      if (!measures.by_default)
        table.error("", fmt::format("\"{}\" is about classes, which the data do not have", m.entry.name));
      if (!measures.by_default) table.skip();
      return;
    }
    auto asked = m.make(table, questions);
    if (std::find(identities.begin(), identities.end(), asked.identity) != identities.end())
      table.error("", fmt::format("{} is measured twice", asked.identity));
    identities.push_back(asked.identity);
    measures.of_subjects.push_back(std::move(asked));
  };
  std::vector<std::pair<std::string, config::Table>> tables;
  if (root.has("measure")) tables = root.tables("measure");
  const config::Table defaults(nothing, "measure", root.diagnostics());
  for (const analysis::SubjectMeasure& m : analysis::subject_measures()) {
    if (measures.by_default && m.by_default && root.has("learner")) ask(m, defaults);
    for (const auto& [kind, table] : tables)
      if (table.text("kind", kind) == m.entry.name) ask(m, table);
  }
  read_recorded_measures(root, outline_of(root, name),
                         [&](const analysis::RecordedMeasure& m, analysis::RecordedMeasure::Take take) {
                           measures.of_results.push_back(std::move(take));
                           measures.needs_weights = measures.needs_weights || m.needs_weights;
                         });
}

SimulationMeasures read_simulation_measures(const config::Table& root, double duration,
                                            std::span<const RecordRequest> records) {
  SimulationMeasures out;
  const bool environment = root.has("environment");
  std::vector<std::string> allowed;
  for (const auto& m : analysis::recorded_measures())
    if (m.of_simulations != analysis::RecordedMeasure::Taken::never) allowed.emplace_back(m.entry.name);
  allowed.emplace_back(analysis::functional_connectivity_entry.name);
  if (environment) allowed.emplace_back(analysis::behaviour_entry.name);
  if (root.has("measure"))
    each_measure(root, allowed, "simulation", [&](const std::string& kind, const config::Table& table) {
      if (kind == analysis::functional_connectivity_entry.name)
        out.connectivity = read_connectivity_measure(root, table, duration, records);
      else if (kind == analysis::behaviour_entry.name)
        out.behaviour = true;
    });
  else
    out.behaviour = environment;
  read_recorded_measures(root, {true, {}, duration},
                         [&](const analysis::RecordedMeasure& m, analysis::RecordedMeasure::Take take) {
                           out.of_results.push_back(std::move(take));
                           out.needs_weights = out.needs_weights || m.needs_weights;
                           out.names.insert(out.names.end(), m.numbers.begin(), m.numbers.end());
                         });
  if (out.connectivity) out.names.emplace_back(connectivity_name);
  if (out.connectivity && out.connectivity->empirical) out.names.emplace_back(connectivity_fit_name);
  if (out.behaviour) out.names.insert(out.names.end(), {"mean_reward", "best_choice", "episode_length"});
  return out;
}

std::vector<Measured> measure(const AnyLearner& learner, std::uint64_t seed, const LearnerMeasures& measures,
                              const Data& data) {
  const LearnerRecord& r = learner.record();
  const auto asked = [&](const char* name) { return measures.has(name); };
  std::vector<Measured> rows = measure_predictions(learner, seed, measures, data);
  const std::string& name = learner.options().name;
  const auto add = [&](const std::string& measure, double value, double n, const std::string& part = "") {
    rows.push_back({name, measure, part, seed, value, std::nan(""), std::nan(""), n});
  };
  double presentations = 0;
  for (const EpochRecord& e : r.epochs) presentations += static_cast<double>(e.presentations);
  add("parameters", static_cast<double>(learner.parameters()), 1);
  if (!r.epochs.empty()) add("presentations", presentations, static_cast<double>(r.epochs.size()));
  if (!r.activity.empty()) {
    double nonzero = 0, total = 0, spikes = 0, units = 0;
    for (const NodeActivity& a : r.activity) {
      if (a.input) continue;
      nonzero += a.nonzero;
      total += a.total;
      if (a.spiking) {
        spikes += a.sum;
        units += static_cast<double>(a.units);
      }
      if (asked("rates") && a.spiking)
        add("rate", a.sum / static_cast<double>(a.units) / (r.measured_ms * 1e-3), static_cast<double>(a.units),
            a.node);
    }
    if (asked("sparsity") && total > 0)
      add("activation_sparsity",
          analysis::activation_sparsity({static_cast<std::uint64_t>(nonzero), static_cast<std::uint64_t>(total)}),
          total);
    if (asked("rates") && units > 0) add("rate", spikes / units / (r.measured_ms * 1e-3), units);
  }
  if (asked("operations") && !r.operations.empty()) {
    analysis::SynapticOperations sum;
    for (const auto& o : r.operations) {
      sum.dense += o.dense;
      (o.binary ? sum.effective_acs : sum.effective_macs) += o.effective;
    }
    add("operations_dense", sum.dense, r.measured_samples);
    add("operations_effective", sum.effective(), r.measured_samples);
    add("operations_accumulate", sum.effective_acs, r.measured_samples);
    add("operations_multiply_accumulate", sum.effective_macs, r.measured_samples);
  }
  return rows;
}

void write_measures(const record::Group& group, const std::vector<Measured>& rows) {
  if (rows.empty()) return;
  const std::vector<std::size_t> dims{rows.size()};
  const auto texts = [&](const char* column, auto&& get, const char* meaning) {
    std::vector<std::string> values;
    for (const Measured& m : rows) values.push_back(get(m));
    group.write(std::string("measures/") + column, std::span<const std::string>(values), dims, {"", meaning, {"row"}});
  };
  const auto numbers = [&](const char* column, auto&& get, const char* meaning) {
    std::vector<double> values;
    for (const Measured& m : rows) values.push_back(get(m));
    group.write(std::string("measures/") + column, values, dims, {"", meaning, {"row"}});
  };
  texts(
      "learner", [](const Measured& m) { return m.learner; }, "learner or population");
  texts(
      "measure", [](const Measured& m) { return m.measure; }, "what was measured");
  texts(
      "part", [](const Measured& m) { return m.part; }, "class or node; empty: the whole");
  numbers(
      "seed", [](const Measured& m) { return static_cast<double>(m.seed); }, "seed of the run");
  numbers(
      "value", [](const Measured& m) { return m.value; }, "the measure");
  numbers(
      "low", [](const Measured& m) { return m.low; }, "lower end of the 95 % interval, NaN where there is none");
  numbers(
      "high", [](const Measured& m) { return m.high; }, "upper end of the 95 % interval, NaN where there is none");
  numbers(
      "n", [](const Measured& m) { return m.n; }, "samples, units, runs or epochs that it is taken from");
  numbers(
      "level", [](const Measured& m) { return m.level; },
      "where on a curve: strength of a disturbance, samples, time; NaN where there is no curve");
}

std::vector<Measured> read_measured(const record::ResultReader& reader) {
  if (!reader.has("/measures/value")) return {};
  const auto texts = [&](const char* name) {
    return reader.read<std::string>(std::string("/measures/") + name).values;
  };
  const auto numbers = [&](const char* name) { return reader.read<double>(std::string("/measures/") + name).values; };
  const auto learner = texts("learner"), measure = texts("measure"), part = texts("part");
  const auto seed = numbers("seed"), value = numbers("value"), low = numbers("low"), high = numbers("high"),
             n = numbers("n");
  const std::size_t rows = std::min(
      {learner.size(), measure.size(), part.size(), seed.size(), value.size(), low.size(), high.size(), n.size()});
  // Results of earlier versions have no such column.
  std::vector<double> level(rows, std::nan(""));
  if (reader.has("/measures/level")) level = numbers("level");
  level.resize(rows, std::nan(""));
  std::vector<Measured> out;
  for (std::size_t i = 0; i < rows; ++i)
    out.push_back({learner[i], measure[i], part[i],
                   seed[i] >= 0 && seed[i] < 1.8e19 ? static_cast<std::uint64_t>(seed[i]) : 0, value[i], low[i],
                   high[i], n[i], level[i]});
  return out;
}

analysis::Comparison comparison(const std::vector<std::string>& learners, const std::vector<Measured>& rows,
                                const std::vector<TrainingTime>& times) {
  using analysis::Row;
  analysis::Comparison table;
  table.columns = learners;
  const auto add = [&](const analysis::Criterion& c, const std::string& part) {
    Row row{analysis::in_words(c.name, part),
            std::string(c.unit),
            c.format,
            c.better,
            c.decimals,
            {},
            "95 % interval",
            std::string(c.measure),
            part};
    for (const std::string& l : learners) row.values.push_back(cell(l, row.measure, part, rows));
    const auto there = [](const auto& value) { return value.has_value(); };
    if (std::any_of(row.values.begin(), row.values.end(), there)) table.rows.push_back(row);
  };
  const auto add_named = [&](const char* measure) { add(*analysis::criterion_of(measure, ""), ""); };
  add_named("test_accuracy");
  add_named("validate_accuracy");
  add_named("test_r2");
  for (const Row& row : prediction_rows(learners, rows)) table.rows.push_back(row);
  // Losses of classifiers are of several kinds.
  if (table.rows.empty()) add_named("test_loss");
  for (const analysis::Criterion& c : analysis::criteria()) {
    if (c.measure.starts_with("test_") || c.measure.starts_with("validate_")) continue;
    if (c.part != "*") {
      add(c, std::string(c.part));
      continue;
    }
    std::vector<std::string> parts;
    for (const Measured& m : rows)
      if (m.measure == c.measure && std::find(parts.begin(), parts.end(), m.part) == parts.end())
        parts.push_back(m.part);
    for (const std::string& part : parts)
      if (analysis::criterion_of(c.measure, part) == &c) add(c, part);
  }
  Row seconds{"training time", "s", Row::Format::fixed, Row::Better::lower, 1, {}, "95 % interval", "training_time"};
  for (const std::string& l : learners) {
    std::optional<analysis::Cell> c;
    double runs = 0, sum = 0;
    for (const TrainingTime& t : times)
      if (t.learner == l) runs += 1, sum += t.seconds;
    if (runs > 0) c = analysis::Cell{sum / runs, {}, {}, {}};
    seconds.values.push_back(c);
  }
  if (std::any_of(seconds.values.begin(), seconds.values.end(), [](const auto& v) { return v.has_value(); }))
    table.rows.push_back(seconds);
  return table;
}

}  // namespace cajal::app
