// Measures that train a learner again, and what its training says of its speed.

#include "app/fit_measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "analysis/accuracy.hpp"
#include "analysis/continual.hpp"
#include "analysis/learning_speed.hpp"
#include "analysis/sample_efficiency.hpp"
#include "app/terminal.hpp"
#include "sim/random.hpp"

namespace cajal::app {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

FitMeasures::SampleEfficiency read_sample_efficiency(const config::Table& table, const Data& data) {
  FitMeasures::SampleEfficiency out;
  const auto all = static_cast<std::int64_t>(data.split.train.size());
  if (table.has("samples")) {
    for (const double n : table.numbers("samples", ""))
      if (!(n >= 1 && n <= static_cast<double>(all)) || n != std::floor(n))
        table.error("samples",
                    fmt::format("expected whole numbers from 1 to {}, the training samples, found {:g}", all, n));
      else
        out.samples.push_back(static_cast<std::int64_t>(n));
    std::sort(out.samples.begin(), out.samples.end());
    if (std::adjacent_find(out.samples.begin(), out.samples.end()) != out.samples.end())
      table.error("samples", "names a number twice");
  } else {
    for (std::int64_t n = 10; n < all; n *= 10) out.samples.push_back(n);
    out.samples.push_back(all);
  }
  if (out.samples.size() < 2 && table.diagnostics().empty()) table.error("samples", "a curve has at least two points");
  out.presentations = table.integer("presentations", all, 1, std::int64_t{1} << 53);
  if (data.split.test.empty()) table.error("", "is measured of test data, but there are none: see `split` in [data]");
  return out;
}

FitMeasures::Continual read_continual(const config::Table& table, const Data& data) {
  FitMeasures::Continual out;
  const std::size_t classes = data.dataset.classes;
  if (!data.dataset.classification()) {
    table.error("", "is of classes, but the data have numbers as targets");
    table.skip();
    return out;
  }
  if (data.split.test.empty()) table.error("", "is measured of test data, but there are none: see `split` in [data]");
  const config::Value* tasks = table.take("tasks");
  if (!tasks) {
    for (std::size_t k = 0; k + 1 < classes; k += 2)
      out.tasks.classes.push_back({static_cast<std::int32_t>(k), static_cast<std::int32_t>(k + 1)});
    if (out.tasks.classes.size() < 2)
      table.error("", fmt::format("{} classes make fewer than two tasks of two", classes));
    return out;
  }
  const std::string expected = "expected groups of classes, like [[0, 1], [2, 3]]";
  if (tasks->kind != config::Value::Kind::array || tasks->items.size() < 2) {
    table.error("tasks", expected + ", at least two");
    return out;
  }
  std::set<std::int32_t> seen;
  for (const config::Value& group : tasks->items) {
    out.tasks.classes.emplace_back();
    if (group.kind != config::Value::Kind::array || group.items.empty()) {
      table.error("tasks", expected);
      continue;
    }
    for (const config::Value& item : group.items) {
      const auto k = item.kind == config::Value::Kind::integer ? item.integer : -1;
      if (k < 0 || k >= static_cast<std::int64_t>(classes))
        table.error("tasks", fmt::format("expected classes from 0 to {}", classes - 1));
      else if (!seen.insert(static_cast<std::int32_t>(k)).second)
        table.error("tasks", fmt::format("names class {} twice", k));
      else
        out.tasks.classes.back().push_back(static_cast<std::int32_t>(k));
    }
  }
  return out;
}

/// Rows of one learner and seed.
struct Rows {
  const std::string& learner;
  std::uint64_t seed;
  Findings& out;

  void add(const std::string& measure, const std::string& part, double value, double n, double level = nan) const {
    out.rows.push_back({learner, measure, part, seed, value, nan, nan, n, level});
  }
};

/// The accuracy of the last test phase.
const PhaseRecord* test_of(const AnyLearner& learner) {
  const PhaseRecord* found = nullptr;
  for (const Phase& phase : learner.options().phases)
    for (const PhaseRecord& p : learner.record().phases)
      if (phase.part == Phase::Part::test && p.name == phase.name) found = &p;
  return found;
}

void measure_sample_efficiency(const FitMeasures::SampleEfficiency& asked, const AnyLearner& learner,
                               std::uint64_t seed, const Data& data, const MakeLearner& make, const Rows& rows) {
  std::vector<double> samples, accuracy;
  for (const std::int64_t n : asked.samples) {
    if (stop_requested()) return;
    std::unique_ptr<AnyLearner> again;
    data::Split split = data.split;
    const PhaseRecord* test = test_of(learner);
    if (static_cast<std::size_t>(n) < data.split.train.size()) {
      split.train = first_balanced(data, static_cast<std::size_t>(n), seed);
      again = make(split);
      again->show_at_least(asked.presentations);
      again->run({}, stop_requested());
      test = test_of(*again);
    }
    if (stop_requested() || !test) return;
    const bool classes = !test->label.empty();
    const double value = classes ? test->accuracy : test->loss;
    const auto count = static_cast<double>(test->sample.size());
    if (classes) {
      const analysis::Accuracy a = analysis::accuracy(test->predicted, test->label);
      rows.out.rows.push_back(
          {rows.learner, "sample_efficiency", "", seed, a.value, a.low, a.high, count, static_cast<double>(n)});
    } else {
      rows.add("sample_efficiency_loss", "", value, count, static_cast<double>(n));
    }
    samples.push_back(static_cast<double>(n));
    accuracy.push_back(value);
  }
  if (data.dataset.classification() && samples.size() > 1)
    rows.add("sample_efficiency_area", "", analysis::area_over_log(samples, accuracy),
             static_cast<double>(samples.size()));
}

void add_matrix(const std::vector<std::vector<double>>& accuracy, const std::string& known, const std::string& place,
                const TaskRecord& record, const Rows& rows) {
  const std::size_t tasks = accuracy.size() - 1;
  const analysis::Continual c = analysis::continual(accuracy);
  rows.add("continual_accuracy", known, c.accuracy, static_cast<double>(tasks));
  const auto add = [&](const char* measure, const std::optional<double>& value) {
    if (value) rows.add(measure, known, *value, static_cast<double>(tasks - 1));
  };
  add("continual_forgetting", c.forgetting);
  add("continual_backward_transfer", c.backward_transfer);
  add("continual_forward_transfer", c.forward_transfer);
  std::vector<double> matrix;
  for (std::size_t i = 0; i <= tasks; ++i)
    for (std::size_t j = 0; j < tasks; ++j) {
      matrix.push_back(accuracy[i][j]);
      if (known.empty())
        rows.add("continual", fmt::format("task {}", j + 1), accuracy[i][j], static_cast<double>(record.samples[j]),
                 static_cast<double>(i));
    }
  rows.out.arrays.push_back({"continual/" + place,
                             std::move(matrix),
                             {tasks + 1, tasks},
                             "share of a task's test samples answered right" +
                                 std::string(known.empty() ? "" : ", when it is told which task they are of"),
                             {"tasks learned", "task"}});
}

void measure_continual(const FitMeasures::Continual& asked, const Data& data, const MakeLearner& make,
                       const Rows& rows) {
  const std::unique_ptr<AnyLearner> again = make(data.split);
  TaskRecord record;
  try {
    record = again->run_tasks(asked.tasks, stop_requested());
  } catch (const NumericalError&) {
    throw;
  } catch (const Error& e) {
    rows.out.left_out.push_back(fmt::format("no continual learning: {}", e.what()));
    return;
  }
  if (record.accuracy.size() != asked.tasks.classes.size() + 1) return;
  add_matrix(record.accuracy, "", "accuracy", record, rows);
  add_matrix(record.accuracy_known, "task known", "accuracy_task_known", record, rows);
}

void measure_learning_speed(const FitMeasures::LearningSpeed& asked, const AnyLearner& learner, const Rows& rows) {
  std::vector<double> accuracy;
  for (const EpochRecord& e : learner.record().epochs) accuracy.push_back(e.validation_accuracy);
  const auto epochs = analysis::epochs_until(accuracy, asked.accuracy);
  if (!epochs) {
    const bool none = std::all_of(accuracy.begin(), accuracy.end(), [](double a) { return std::isnan(a); });
    rows.out.left_out.push_back(
        none ? std::string("no learning speed: no accuracy on validation samples was taken after its epochs")
             : fmt::format("no learning speed: {:g} % of the validation samples were never right",
                           100 * asked.accuracy));
    return;
  }
  double presentations = 0;
  for (std::size_t i = 0; i < *epochs; ++i)
    presentations += static_cast<double>(learner.record().epochs[i].presentations);
  rows.add("learning_speed", "presentations", presentations, static_cast<double>(*epochs), asked.accuracy);
}

}  // namespace

FitMeasures FitMeasures::read(const config::Table& root, const Data& data) {
  FitMeasures out;
  if (!root.has("measure")) return out;
  for (const auto& [name, table] : root.tables("measure")) {
    const std::string kind = table.text("kind", name);
    if (kind == analysis::sample_efficiency_entry.name) out.sample_efficiency = read_sample_efficiency(table, data);
    if (kind == analysis::continual_entry.name) out.continual = read_continual(table, data);
    if (kind == analysis::learning_speed_entry.name)
      out.learning_speed = LearningSpeed{table.number("accuracy", 0.9, config::fraction)};
  }
  return out;
}

std::vector<std::uint32_t> first_balanced(const Data& data, std::size_t n, std::uint64_t seed) {
  std::vector<std::uint32_t> order = data.split.train;
  Draws draws(Stream(seed, "measure.sample_efficiency"), 0);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[draws.below(i)]);
  if (data.dataset.classification()) {
    // The k-th sample of each class comes before any class's next one.
    std::vector<std::size_t> count(data.dataset.classes, 0);
    std::vector<std::pair<std::size_t, std::uint32_t>> turns;
    for (const std::uint32_t s : order)
      turns.emplace_back(count[static_cast<std::size_t>(data.dataset.last_label(s))]++, s);
    std::stable_sort(turns.begin(), turns.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = turns[i].second;
  }
  order.resize(std::min(n, order.size()));
  return order;
}

Findings take_fit_measures(const FitMeasures& measures, const AnyLearner& learner, std::uint64_t seed, const Data& data,
                           const MakeLearner& make) {
  Findings out;
  const Rows rows{learner.options().name, seed, out};
  if (learner.options().outputs != LearnerOptions::Outputs::answers) {
    out.left_out.push_back("nothing is trained again of a learner that gives no answers");
    return out;
  }
  if (measures.learning_speed) measure_learning_speed(*measures.learning_speed, learner, rows);
  if (measures.sample_efficiency && !stop_requested())
    measure_sample_efficiency(*measures.sample_efficiency, learner, seed, data, make, rows);
  if (measures.continual && !stop_requested()) measure_continual(*measures.continual, data, make, rows);
  return out;
}

}  // namespace cajal::app
