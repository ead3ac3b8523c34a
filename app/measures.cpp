#include "app/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/behaviour.hpp"
#include "analysis/catalogue.hpp"
#include "analysis/continual.hpp"
#include "analysis/correlation.hpp"
#include "analysis/functional_connectivity.hpp"
#include "analysis/isi.hpp"
#include "analysis/learning_speed.hpp"
#include "analysis/operations.hpp"
#include "analysis/rates.hpp"
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

SpikeMeasure read_spike_measure(const std::string& kind, const config::Table& table, double duration) {
  SpikeMeasure m;
  m.name = kind;
  m.start = table.quantity("start", "ms", 0, config::not_negative);
  // A duration that is missing or wrong was told.
  if (duration > 0 && m.start >= duration)
    table.error("start", fmt::format("starts at {:g} ms, when the run of {:g} ms has ended", m.start, duration));
  if (kind != "correlation") return m;
  m.bin = table.quantity("bin", "ms", m.bin, config::positive);
  m.units = static_cast<std::uint64_t>(table.integer("units", static_cast<std::int64_t>(m.units), 2, INT64_MAX));
  if (table.has("bin") && duration > m.start && duration - m.start < 2 * m.bin)
    table.error("bin", fmt::format("a bin of {:g} ms, where {:g} ms are measured; at least two bins are needed", m.bin,
                                   duration - m.start));
  return m;
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
    if (m.of_learners) allowed.emplace_back(m.entry.name);
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

void read_further_measures(LearnerMeasures& measures, const config::Table& root, const analysis::Questions& questions) {
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
  const auto read = [&](const analysis::RecordedMeasure& m, const config::Table& table) {
    measures.of_results.push_back(m.make(table));
    measures.needs_weights = measures.needs_weights || m.needs_weights;
  };
  std::vector<std::pair<std::string, config::Table>> tables;
  if (root.has("measure")) tables = root.tables("measure");
  const config::Table defaults(nothing, "measure", root.diagnostics());
  const auto each = [&](const auto& all, const auto& take) {
    for (const auto& m : all) {
      if (measures.by_default && m.by_default && root.has("learner")) take(m, defaults);
      for (const auto& [name, table] : tables)
        if (table.text("kind", name) == m.entry.name) take(m, table);
    }
  };
  each(analysis::subject_measures(), ask);
  each(analysis::recorded_measures(), read);
}

SimulationMeasures read_simulation_measures(const config::Table& root, double duration,
                                            std::span<const RecordRequest> records) {
  const std::vector<std::string> of_spikes{"rates", "isi", "correlation"};
  SimulationMeasures out;
  if (!root.has("measure")) {
    for (const std::string& name : of_spikes) out.spikes.push_back({name});
    out.behaviour = root.has("environment");
    return out;
  }
  std::vector<std::string> allowed = of_spikes;
  allowed.emplace_back(analysis::functional_connectivity_entry.name);
  if (root.has("environment")) allowed.emplace_back(analysis::behaviour_entry.name);
  each_measure(root, allowed, "simulation", [&](const std::string& kind, const config::Table& table) {
    if (kind == analysis::functional_connectivity_entry.name)
      out.connectivity = read_connectivity_measure(root, table, duration, records);
    else if (kind == analysis::behaviour_entry.name)
      out.behaviour = true;
    else
      out.spikes.push_back(read_spike_measure(kind, table, duration));
  });
  return out;
}

std::vector<std::string> SimulationMeasures::names() const {
  std::vector<std::string> out;
  for (const SpikeMeasure& m : spikes) out.push_back(measured_as(m.name));
  if (connectivity) out.emplace_back(connectivity_name);
  if (connectivity && connectivity->empirical) out.emplace_back(connectivity_fit_name);
  if (behaviour) out.insert(out.end(), {"mean_reward", "best_choice", "episode_length"});
  return out;
}

std::string measured_as(const std::string& spike_measure) {
  if (spike_measure == "rates") return "rate";
  return spike_measure == "isi" ? "isi_cv" : spike_measure;
}

std::vector<Measured> measure_spikes(const std::string& population, const analysis::Spikes& spikes, double duration,
                                     std::uint64_t seed, std::span<const SpikeMeasure> measures) {
  std::vector<Measured> rows;
  const auto add = [&](const std::string& kind, std::optional<double> value, std::size_t n) {
    const double nan = std::nan("");
    const std::string name = measured_as(kind);
    if (value) rows.push_back({population, name, "", seed, *value, nan, nan, static_cast<double>(n)});
  };
  for (const SpikeMeasure& m : measures) {
    const analysis::Window window{m.start, duration};
    // An interrupted run may be that short.
    if (window.start >= window.stop) continue;
    if (m.name == "rates") add(m.name, analysis::rates(spikes, window).population, spikes.size);
    if (m.name == "isi") {
      const auto isi = analysis::isi_variation(spikes, window);
      add(m.name, isi.mean, isi.counted);
    }
    if (m.name == "correlation" && window.stop - window.start >= 2 * m.bin) {
      const Stream stream(seed, "measure.correlation." + population);
      const auto c = analysis::correlation(spikes, window, m.bin, m.units, stream);
      add(m.name, c.mean, c.pairs);
    }
  }
  return rows;
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
  const auto add = [&](const char* measure, const char* name, const char* unit, Row::Format format, Row::Better better,
                       int decimals) {
    Row row{name, unit, format, better, decimals, {}, "95 % interval"};
    bool some = false;
    for (const std::string& l : learners) {
      row.values.push_back(cell(l, measure, "", rows));
      some = some || row.values.back();
    }
    if (some) table.rows.push_back(row);
  };
  add("test_accuracy", "test accuracy", "", Row::Format::percent, Row::Better::higher, 2);
  add("validate_accuracy", "validation accuracy", "", Row::Format::percent, Row::Better::higher, 2);
  for (const Row& row : prediction_rows(learners, rows)) table.rows.push_back(row);
  // Losses of classifiers are of several kinds.
  if (table.rows.empty()) add("test_loss", "test loss", "", Row::Format::significant, Row::Better::lower, 4);
  add("generated_confidence", "confidence in what it made", "", Row::Format::percent, Row::Better::higher, 1);
  add("generated_coverage", "classes it made", "", Row::Format::percent, Row::Better::higher, 0);
  add("parameters", "parameters", "", Row::Format::count, Row::Better::lower, 0);
  add("presentations", "presentations", "", Row::Format::count, Row::Better::lower, 0);
  add("activation_sparsity", "activation sparsity", "", Row::Format::percent, Row::Better::higher, 1);
  add("rate", "mean firing rate", "Hz", Row::Format::fixed, Row::Better::none, 1);
  add("operations_dense", "synaptic operations, dense", "per sample", Row::Format::count, Row::Better::lower, 0);
  add("operations_effective", "synaptic operations, effective", "per sample", Row::Format::count, Row::Better::lower,
      0);
  Row seconds{"training time", "s", Row::Format::fixed, Row::Better::lower, 1, {}, "95 % interval"};
  for (const std::string& l : learners) {
    std::optional<analysis::Cell> c;
    double runs = 0, sum = 0;
    for (const TrainingTime& t : times)
      if (t.learner == l) runs += 1, sum += t.seconds;
    if (runs > 0) c = analysis::Cell{sum / runs, {}, {}, {}};
    seconds.values.push_back(c);
  }
  table.rows.push_back(seconds);
  return table;
}

}  // namespace cajal::app
