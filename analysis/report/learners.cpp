#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

using Column = std::vector<double> Training::*;

bool any_finite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

/// Mean of all seeds at each epoch, over those that have a value there.
std::vector<double> mean_over_seeds(const Learner& l, Column column) {
  std::vector<double> sum, n;
  for (const Training& t : l.training) {
    const auto& values = t.*column;
    if (values.size() > sum.size()) {
      sum.resize(values.size(), 0);
      n.resize(values.size(), 0);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) continue;
      sum[i] += values[i];
      n[i] += 1;
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = n[i] > 0 ? sum[i] / n[i] : NAN;
  return sum;
}

std::vector<double> epochs_of(const Learner& l, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<double>(i + 1);
  for (const Training& t : l.training)
    if (t.epoch.size() == n && std::is_sorted(t.epoch.begin(), t.epoch.end(), std::less_equal<>())) return t.epoch;
  return x;
}

/// Epochs by train and validation of each learner that has them.
Figure curve_figure(const Report& r, const std::string& what, Column train, Column validation, double factor) {
  LineChart chart;
  Figure f;
  chart.x_name = "epoch";
  chart.y_name = what + (factor == 100 ? " (%)" : "");
  if (factor == 100) chart.y_highest = 100;
  chart.x_whole = true;
  f.numbers.header = {"learner", "seed", "epoch", "train", "validation"};
  for (std::size_t i = 0; i < r.learners.size(); ++i) {
    const Learner& l = r.learners[i];
    for (const auto& [column, name] : {std::pair{train, "train"}, std::pair{validation, "validation"}}) {
      std::vector<double> y = mean_over_seeds(l, column);
      if (!any_finite(y)) continue;
      for (double& v : y) v *= factor;
      chart.series.push_back(
          {fmt::format("{}, {}", l.name, name), epochs_of(l, y.size()), y, i, column == train, true});
    }
    for (const Training& t : l.training)
      for (std::size_t e = 0; e < t.epoch.size(); ++e) {
        const auto value = [&](Column c) { return e < (t.*c).size() ? number(factor * (t.*c)[e]) : "–"; };
        f.numbers.rows.push_back({l.name, std::to_string(t.seed), number(t.epoch[e]), value(train), value(validation)});
      }
  }
  if (chart.series.empty()) return {};
  chart.description = what + " of each learner by epoch";
  f.title = what;
  f.title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(f.title[0])));
  f.drawing = line_chart(chart);
  f.caption = fmt::format(
      "{} of the training samples as they were shown (dashed, hollow) and of the validation samples after each epoch "
      "(solid, filled){}.",
      f.title, r.seeds > 1 ? fmt::format("; means over {} seeds", r.seeds) : "");
  f.numbers = thinned(f.numbers, 500);
  return f;
}

std::vector<std::string> names_of(const Report& r) {
  std::vector<std::string> names;
  for (const Learner& l : r.learners) names.push_back(l.name);
  return names;
}

}  // namespace

std::string curves_section(const Report& r) {
  std::string figures;
  for (const Figure& f : {curve_figure(r, "accuracy", &Training::accuracy, &Training::validation_accuracy, 100),
                          curve_figure(r, "loss", &Training::loss, &Training::validation_loss, 1)})
    if (!f.drawing.empty()) figures += figure(f);
  if (figures.empty()) return {};
  return section("curves", "Learning curves", legend(names_of(r)) + "<div class=\"figures\">\n" + figures + "</div>\n",
                 "How fast each learner learns, and whether it still gains on samples that it was not trained on. "
                 "Learners whose rule has no loss or no labels have no curve.");
}

std::string costs_section(const Report& r) {
  if (r.costs.empty()) return {};
  ScatterChart chart;
  Figure f;
  chart.description = "test accuracy by synaptic operations of each learner";
  chart.x_name = "synaptic operations per sample";
  chart.y_name = "test accuracy (%)";
  f.numbers.header = {"learner", "accuracy (%)", "low (%)", "high (%)", "effective", "dense"};
  for (const Cost& c : r.costs) {
    const auto percent = [](std::optional<double> v) { return v ? std::optional<double>(100 * *v) : std::nullopt; };
    chart.points.push_back({c.learner, c.effective, 100 * c.accuracy, percent(c.low), percent(c.high),
                            c.dense > 0 ? std::optional<double>(c.dense) : std::nullopt});
    f.numbers.rows.push_back({c.learner, number(100 * c.accuracy), c.low ? number(100 * *c.low) : "–",
                              c.high ? number(100 * *c.high) : "–", count(c.effective), count(c.dense)});
  }
  std::vector<std::string> names;
  for (const Cost& c : r.costs) names.push_back(c.learner);
  f.drawing = legend(names) + scatter_chart(chart);
  f.caption = fmt::format(
      "Test accuracy with {} against what an answer costs: filled marks count the operations whose input is not zero, "
      "hollow ones those of a dense pass. Up and to the left is better.",
      r.seeds > 1 ? fmt::format("one standard deviation over {} seeds", r.seeds) : "its 95 % interval");
  return section("costs", "Accuracy and cost", "<div class=\"figures\">\n" + figure(f) + "</div>\n",
                 "An operation is one weight applied to one input in one step. With spikes it is an addition, else a "
                 "multiplication and an addition.");
}

std::string confusion_section(const Report& r) {
  constexpr std::size_t most_matrices = 16;
  std::string figures, left_out;
  std::size_t drawn = 0;
  for (const Learner& l : r.learners) {
    if (!l.confusion) continue;
    if (drawn++ == most_matrices) left_out = fmt::format(" Drawn are those of the first {} learners.", most_matrices);
    if (drawn > most_matrices) continue;
    const ConfusionMatrix& m = *l.confusion;
    const std::size_t n = m.classes.size();
    if (n == 0 || m.counts.size() != n * n) continue;
    Figure f;
    f.title = l.name;
    f.drawing = confusion_chart(m);
    double right = 0, all = 0, worst = 0;
    std::size_t from = 0, to = 0;
    f.numbers.header = {"true class"};
    for (const std::string& c : m.classes) f.numbers.header.push_back(c);
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<std::string> row{m.classes[i]};
      for (std::size_t j = 0; j < n; ++j) {
        const double v = m.counts[i * n + j];
        row.push_back(count(v));
        all += v;
        if (i == j)
          right += v;
        else if (v > worst)
          worst = v, from = i, to = j;
      }
      f.numbers.rows.push_back(std::move(row));
    }
    f.caption = fmt::format("{} of {} samples right ({}).", count(right), count(all), l.confusion_of);
    if (worst > 0)
      f.caption += fmt::format(" The most frequent mistake: {} taken for {} ({} times).", m.classes[from],
                               m.classes[to], count(worst));
    figures += figure(f);
  }
  if (figures.empty()) return {};
  return section("confusion", "Confusion", "<div class=\"figures\">\n" + figures + "</div>\n",
                 std::string("Rows are true classes, columns what was answered. Right answers are blue, wrong ones "
                             "orange; the deeper, the larger the share of the row.") +
                     left_out);
}

}  // namespace cajal::analysis::report
