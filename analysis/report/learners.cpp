#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/levels.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

using Column = std::vector<double> Training::*;

bool any_finite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

/// What the seeds of a learner have at each epoch, over those that have a value there.
struct OverSeeds {
  std::vector<double> mean, least, most;
};
OverSeeds over_seeds(const Learner& l, Column column) {
  OverSeeds out;
  std::vector<double> n;
  for (const Training& t : l.training) {
    const auto& values = t.*column;
    if (values.size() > n.size()) {
      n.resize(values.size(), 0);
      out.mean.resize(values.size(), 0);
      out.least.resize(values.size(), INFINITY);
      out.most.resize(values.size(), -INFINITY);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) continue;
      out.mean[i] += values[i];
      out.least[i] = std::min(out.least[i], values[i]);
      out.most[i] = std::max(out.most[i], values[i]);
      n[i] += 1;
    }
  }
  for (std::size_t i = 0; i < n.size(); ++i) out.mean[i] = n[i] > 0 ? out.mean[i] / n[i] : NAN;
  return out;
}

std::vector<double> epochs_of(const Learner& l, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<double>(i + 1);
  for (const Training& t : l.training)
    if (t.epoch.size() == n && std::is_sorted(t.epoch.begin(), t.epoch.end(), std::less_equal<>())) return t.epoch;
  return x;
}

/// A column of the training of each learner that has it.
Figure curve_figure(const Report& r, const std::string& title, const std::string& caption, Column column,
                    double factor) {
  LineChart chart;
  Figure f;
  chart.x_name = "epoch";
  chart.y_name = factor == 100 ? "accuracy (%)" : "loss";
  if (factor == 100) chart.y_highest = 100;
  chart.x_whole = true;
  f.numbers.header = {"learner", "seed", "epoch", chart.y_name};
  for (std::size_t i = 0; i < r.learners.size(); ++i) {
    const Learner& l = r.learners[i];
    OverSeeds y = over_seeds(l, column);
    if (!any_finite(y.mean)) continue;
    for (std::vector<double>* values : {&y.mean, &y.least, &y.most})
      for (double& v : *values) v *= factor;
    const auto epochs = epochs_of(l, y.mean.size());
    chart.series.push_back({l.name, epochs, y.mean, i, false, true});
    if (l.training.size() > 1) {
      chart.series.back().low = y.least;
      chart.series.back().high = y.most;
    }
    for (const Training& t : l.training)
      for (std::size_t e = 0; e < std::min(t.epoch.size(), (t.*column).size()); ++e)
        f.numbers.rows.push_back({l.name, std::to_string(t.seed), number(t.epoch[e]), number(factor * (t.*column)[e])});
  }
  if (chart.series.empty()) return {};
  chart.description = title + " of each learner by epoch";
  f.title = title;
  f.drawing = legend(names_of(r)) + line_chart(chart);
  f.caption = caption + about_bands(r);
  f.numbers = thinned(f.numbers, 500);
  return f;
}

}  // namespace

std::vector<std::string> names_of(const Report& r) {
  std::vector<std::string> names;
  for (const Learner& l : r.learners) names.push_back(l.name);
  return names;
}

std::string curves_section(const Report& r) {
  std::vector<Figure> all;
  for (const Figure& f :
       {curve_figure(r, "Validation accuracy", "Accuracy on the validation samples after each epoch.",
                     &Training::validation_accuracy, 100),
        curve_figure(r, "Training accuracy", "Accuracy on the training samples as they were shown during each epoch.",
                     &Training::accuracy, 100),
        curve_figure(r, "Validation loss", "Loss on the validation samples after each epoch.",
                     &Training::validation_loss, 1),
        curve_figure(r, "Training loss", "Loss on the training samples as they were shown during each epoch.",
                     &Training::loss, 1)})
    if (!f.drawing.empty()) all.push_back(f);
  return section(r.anchor + "curves", "Learning curves", figures(all),
                 "How fast each learner learns, and whether it still gains on samples that it was not trained on. "
                 "Learners whose rule has no loss or no labels have no curve.");
}

namespace {

/// Accuracy against a cost: filled marks at one part of the cost, hollow ones at another.
Figure cost_figure(const Report& r, const std::string& title, const std::string& x_name, const std::string& measure,
                   const std::string& part, const std::string& other, const std::string& other_part) {
  ScatterChart chart;
  Figure f;
  chart.description = "test accuracy by " + title + " of each learner";
  chart.x_name = x_name;
  chart.y_name = "test accuracy (%)";
  f.numbers.header = {"learner", "accuracy (%)", "interval from (%)", "interval to (%)", "filled mark", "hollow mark"};
  for (std::size_t i = 0; i < r.learners.size(); ++i) {
    const std::string& name = r.learners[i].name;
    const auto accuracy = estimate(r.rows, name, "test_accuracy", ""), cost = estimate(r.rows, name, measure, part),
               beside = estimate(r.rows, name, other, other_part);
    if (!accuracy || !cost || !(cost->value > 0)) continue;
    const auto percent = [](std::optional<double> v) {
      return v ? std::optional<double>(std::clamp(100 * *v, 0.0, 100.0)) : std::nullopt;
    };
    const bool hollow = beside && beside->value > 0;
    chart.points.push_back({name, cost->value, 100 * accuracy->value, percent(accuracy->low), percent(accuracy->high),
                            hollow ? std::optional<double>(beside->value) : std::nullopt, i});
    f.numbers.rows.push_back({name, number(100 * accuracy->value), accuracy->low ? number(100 * *accuracy->low) : "–",
                              accuracy->high ? number(100 * *accuracy->high) : "–", number(cost->value),
                              hollow ? number(beside->value) : "–"});
  }
  if (chart.points.empty()) return {};
  f.title = "Accuracy and " + title;
  f.drawing = legend(names_of(r)) + scatter_chart(chart);
  return f;
}

}  // namespace

std::string costs_section(const Report& r) {
  const std::string interval = r.seeds > 1 ? "the 95 % interval of its mean over seeds" : "its 95 % interval";
  std::vector<Figure> all;
  Figure operations = cost_figure(r, "synaptic operations", "synaptic operations per sample", "operations_effective",
                                  "", "operations_dense", "");
  operations.caption = fmt::format(
      "Test accuracy with {} against what an answer costs: filled marks count the operations whose input is not zero, "
      "hollow ones those of a dense pass. Up and to the left is better.",
      interval);
  Figure energy = cost_figure(r, "energy", "energy per sample (pJ)", "energy", "operations", "energy", "with memory");
  energy.caption = fmt::format(
      "Test accuracy with {} against the energy of an answer as its operations are priced: filled marks count synaptic "
      "operations alone, hollow ones neurons and traffic to memory too. Up and to the left is better.",
      interval);
  for (Figure* f : {&operations, &energy})
    if (!f->drawing.empty()) all.push_back(*f);
  return section(r.anchor + "costs", "Accuracy and cost", figures(all),
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
  return section(r.anchor + "confusion", "Confusion", "<div class=\"figures\">\n" + figures + "</div>\n",
                 std::string("Rows are true classes, columns what was answered. Right answers are blue, wrong ones "
                             "orange; the deeper, the larger the share of the row.") +
                     left_out);
}

}  // namespace cajal::analysis::report
