#include "app/prediction_measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/accuracy.hpp"
#include "analysis/auc.hpp"
#include "analysis/class_scores.hpp"
#include "analysis/paired.hpp"
#include "analysis/regression.hpp"

namespace cajal::app {

namespace {

constexpr std::array of_classes{"accuracy", "confusion", "precision",         "recall",
                                "f1",       "auc",       "balanced_accuracy", "error_per_class"};
constexpr std::array of_numbers{"r2", "rmse", "mae"};
/// Where classes are many and equally frequent they say what the accuracy says.
constexpr std::array of_unequal_classes{"f1", "auc", "balanced_accuracy"};

bool unequal(const data::Dataset& d) {
  if (d.classes == 2) return true;
  std::vector<double> count(d.classes, 0.0);
  for (std::int32_t l : d.label) count[static_cast<std::size_t>(l)] += 1;
  const auto [least, most] = std::minmax_element(count.begin(), count.end());
  return *most >= 1.5 * *least;
}

std::string class_name(const data::Dataset& d, std::size_t k) {
  return d.class_names.empty() ? std::to_string(k) : d.class_names[k];
}

/// Rows of one learner and seed.
class Rows {
 public:
  Rows(std::string learner, std::uint64_t seed) : learner_(std::move(learner)), seed_(seed) {}

  void add(const std::string& measure, std::optional<double> value, double n, const std::string& part = "") {
    if (value) rows.push_back({learner_, measure, part, seed_, *value, std::nan(""), std::nan(""), n});
  }
  void add_accuracy(const std::string& measure, const analysis::Accuracy& a) {
    rows.push_back({learner_, measure, "", seed_, a.value, a.low, a.high, static_cast<double>(a.n)});
  }

  std::vector<Measured> rows;

 private:
  std::string learner_;
  std::uint64_t seed_;
};

/// Scores as areas are taken of: where a loss takes their softmax, its logarithm.
std::vector<double> ranked_scores(const AnyLearner& learner, const PhaseRecord& p) {
  std::vector<double> scores = p.scores;
  const auto& o = learner.options();
  const auto soft = std::find_if(o.gradients.begin(), o.gradients.end(), [&](const GradientOptions& g) {
    return g.loss && g.loss->name() == "cross_entropy" && g.of == o.predict.of;
  });
  if (soft == o.gradients.end()) return scores;
  for (std::size_t i = 0; i + p.outputs <= scores.size(); i += p.outputs) {
    const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(i),
               end = begin + static_cast<std::ptrdiff_t>(p.outputs);
    const double largest = *std::max_element(begin, end);
    double sum = 0;
    for (auto s = begin; s != end; ++s) sum += std::exp(*s - largest);
    for (auto s = begin; s != end; ++s) *s -= largest + std::log(sum);
  }
  return scores;
}

void measure_classes(Rows& rows, const AnyLearner& learner, const PhaseRecord& p, const LearnerMeasures& measures,
                     const data::Dataset& d) {
  const auto n = static_cast<double>(p.label.size());
  if (!std::isnan(p.loss)) rows.add(p.name + "_loss", p.loss, n);
  if (measures.has("accuracy")) rows.add_accuracy(p.name + "_accuracy", analysis::accuracy(p.predicted, p.label));
  const analysis::ClassScores s = analysis::class_scores(analysis::confusion(p.predicted, p.label, d.classes));
  const auto each = [&](const char* measure, const std::vector<std::optional<double>>& values) {
    for (std::size_t k = 0; k < d.classes; ++k) rows.add(p.name + measure, values[k], s.samples[k], class_name(d, k));
  };
  if (measures.has("confusion") || measures.has("recall")) each("_recall", s.recall);
  if (measures.has("recall")) rows.add(p.name + "_recall", s.macro_recall, n);
  if (measures.has("precision")) {
    each("_precision", s.precision);
    rows.add(p.name + "_precision", s.macro_precision, n);
  }
  if (measures.has("f1")) {
    each("_f1", s.f1);
    rows.add(p.name + "_f1", s.macro_f1, n);
  }
  if (measures.has("balanced_accuracy")) rows.add(p.name + "_balanced_accuracy", s.balanced_accuracy, n);
  if (measures.has("error_per_class")) each("_error", s.error);
  const bool finite = std::all_of(p.scores.begin(), p.scores.end(), [](double v) { return std::isfinite(v); });
  const bool single = p.outputs == 1 && d.classes == 2;
  if (measures.has("auc") && (single || p.outputs == d.classes) && finite) {
    std::vector<double> scores = ranked_scores(learner, p);
    if (single) {
      // One score speaks for class 1, and so against class 0.
      scores.clear();
      for (const double s : p.scores) scores.insert(scores.end(), {-s, s});
    }
    const analysis::ClassAuc area = analysis::auc(scores, p.label, d.classes);
    each("_auc", area.one_vs_rest);
    rows.add(p.name + "_auc", area.macro, n);
  }
}

void measure_numbers(Rows& rows, const PhaseRecord& p, const LearnerMeasures& measures, const data::Dataset& d) {
  std::vector<double> target;
  for (std::uint32_t s : p.sample)
    for (std::size_t k = 0; k < d.targets; ++k) target.push_back(static_cast<double>(d.y[s * d.targets + k]));
  const auto n = static_cast<double>(p.sample.size());
  if (!std::isnan(p.loss)) rows.add(p.name + "_loss", p.loss, n);
  // Of outputs that are samples few are kept.
  if (target.empty() || p.outputs != d.targets || p.scores.size() != target.size()) return;
  const analysis::RegressionErrors e = analysis::regression_errors(p.scores, target, d.targets);
  if (measures.has("r2")) rows.add(p.name + "_r2", e.r2, n);
  if (measures.has("rmse")) rows.add(p.name + "_rmse", e.rmse, n);
  if (measures.has("mae")) rows.add(p.name + "_mae", e.mae, n);
}

/// Whether a measure was taken of the whole: `recall` of classes alone is part of the confusion.
bool of_whole(const std::string& measure, const std::vector<Measured>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Measured& m) { return m.measure == measure && m.part.empty(); });
}

/// The classes that a measure was taken of, with their samples.
std::vector<std::pair<std::string, double>> parts_of(const std::string& measure, const std::vector<Measured>& rows) {
  std::vector<std::pair<std::string, double>> parts;
  for (const Measured& m : rows)
    if (m.measure == measure && !m.part.empty() &&
        std::none_of(parts.begin(), parts.end(), [&](const auto& p) { return p.first == m.part; }))
      parts.emplace_back(m.part, m.n);
  return parts;
}

/// The features that the learners together need most, the first first.
std::vector<std::string> most_important(const std::vector<Measured>& rows) {
  constexpr std::size_t most = 15;
  std::vector<std::pair<double, std::string>> sums;
  for (const Measured& m : rows) {
    if (m.measure != "permutation_importance") continue;
    const auto found = std::find_if(sums.begin(), sums.end(), [&](const auto& s) { return s.second == m.part; });
    if (found == sums.end())
      sums.emplace_back(m.value, m.part);
    else
      found->first += m.value;
  }
  std::stable_sort(sums.begin(), sums.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> names;
  for (const auto& [sum, part] : sums)
    if (names.size() < most) names.push_back(part);
  return names;
}

}  // namespace

void fit_measures(LearnerMeasures& measures, const config::Table& root, const data::Dataset& d) {
  const auto drop = [&](const auto& names) {
    for (const char* name : names) std::erase(measures.names, name);
  };
  if (measures.by_default) {
    if (d.classification()) {
      drop(of_numbers);
      if (!unequal(d)) drop(of_unequal_classes);
    } else {
      drop(of_classes);
    }
    return;
  }
  for (const auto& [name, table] : root.tables("measure")) {
    const std::string kind = table.text("kind", name);
    const auto in = [&](const auto& names) { return std::find(names.begin(), names.end(), kind) != names.end(); };
    const bool wrong = d.classification() ? in(of_numbers) : in(of_classes);
    if (!wrong) continue;
    table.error("", fmt::format("\"{}\" is measured of {}, but the data have {}", kind,
                                d.classification() ? "numbers as targets" : "classes",
                                d.classification() ? "classes" : "numbers as targets"));
  }
}

std::vector<Measured> measure_predictions(const AnyLearner& learner, std::uint64_t seed,
                                          const LearnerMeasures& measures, const Data& data) {
  Rows rows(learner.options().name, seed);
  for (const PhaseRecord& p : learner.record().phases) {
    if (p.sample.empty()) continue;
    if (p.label.empty())
      measure_numbers(rows, p, measures, data.dataset);
    else
      measure_classes(rows, learner, p, measures, data.dataset);
  }
  return rows.rows;
}

std::optional<analysis::Cell> cell(const std::string& learner, const std::string& measure, const std::string& part,
                                   const std::vector<Measured>& rows) {
  std::vector<const Measured*> found;
  for (const Measured& m : rows)
    if (m.learner == learner && m.measure == measure && m.part == part) found.push_back(&m);
  if (found.empty()) return std::nullopt;
  analysis::Cell c;
  for (const Measured* m : found) c.value += m->value / static_cast<double>(found.size());
  if (found.size() > 1) {
    double square = 0;
    for (const Measured* m : found) square += (m->value - c.value) * (m->value - c.value);
    c.deviation = std::sqrt(square / static_cast<double>(found.size() - 1));
    // What differs by rounding alone is the same.
    if (*c.deviation < 1e-12 * std::abs(c.value)) c.deviation = 0;
    // Of what there is chance in; the other rows stay short.
    if (*c.deviation > 0 && measure.ends_with("_accuracy")) {
      const double half = analysis::mean_interval(*c.deviation, found.size());
      // No share is beyond its ends, though the interval of a mean of few may be.
      c.low = std::max(0.0, c.value - half);
      c.high = std::min(1.0, c.value + half);
    }
  } else if (!std::isnan(found[0]->low)) {
    c.low = found[0]->low;
    c.high = found[0]->high;
  }
  return c;
}

std::vector<analysis::Row> prediction_rows(const std::vector<std::string>& learners,
                                           const std::vector<Measured>& rows) {
  using analysis::Row;
  constexpr std::size_t most_classes = 10;
  std::vector<Row> out;
  const auto add = [&](const std::string& measure, const std::string& part, const std::string& name, Row::Format format,
                       Row::Better better, int decimals) {
    Row row{name, "", format, better, decimals, {}, "95 % interval", measure, part};
    for (const std::string& l : learners) row.values.push_back(cell(l, measure, part, rows));
    if (std::any_of(row.values.begin(), row.values.end(), [](const auto& v) { return v.has_value(); }))
      out.push_back(row);
  };
  // Of two classes one is what is looked for: the rarer.
  const auto add_class = [&](const char* measure, const char* name) {
    auto parts = parts_of(measure, rows);
    if (parts.size() > 2)
      return add(measure, "", fmt::format("{}, macro", name), Row::Format::fixed, Row::Better::higher, 3);
    if (parts.empty()) return;
    const auto rare = std::min_element(parts.rbegin(), parts.rend(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    add(measure, rare->first, fmt::format("{}, class {}", name, rare->first), Row::Format::fixed, Row::Better::higher,
        3);
  };
  add("test_balanced_accuracy", "", "test balanced accuracy", Row::Format::percent, Row::Better::higher, 2);
  add_class("test_precision", "test precision");
  if (of_whole("test_recall", rows)) add_class("test_recall", "test recall");
  add_class("test_f1", "test F1");
  add("test_auc", "", "test AUC", Row::Format::fixed, Row::Better::higher, 3);
  if (const auto parts = parts_of("test_error", rows); parts.size() <= most_classes)
    for (const auto& [part, n] : parts)
      add("test_error", part, "test error, class " + part, Row::Format::percent, Row::Better::lower, 2);
  add("test_rmse", "", "test RMSE", Row::Format::significant, Row::Better::lower, 4);
  add("test_mae", "", "test MAE", Row::Format::significant, Row::Better::lower, 4);
  for (const std::string& part : most_important(rows))
    add("permutation_importance", part, "importance of " + part, Row::Format::significant, Row::Better::none, 3);
  return out;
}

}  // namespace cajal::app
