#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/report/chart.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/report.hpp"

namespace cajal::analysis::report {

namespace {

/// A measure of each node or edge.
struct PartMeasure {
  const char *measure, *title, *unit, *caption;
};
constexpr std::array measures{
    PartMeasure{"participation_ratio", "Participation ratio", "dimensions",
                "In how many directions the activity of a node varies."},
    PartMeasure{"treves_rolls_population", "Population sparseness (Treves and Rolls)", "",
                "0: all units answer alike to a sample; 1: a single one does."},
    PartMeasure{"treves_rolls_lifetime", "Lifetime sparseness (Treves and Rolls)", "",
                "0: a unit answers alike to all samples; 1: to a single one."},
    PartMeasure{"selectivity", "Class selectivity", "", "0: a unit answers alike to all classes; 1: to a single one."},
    PartMeasure{"noise_correlation", "Noise correlation", "",
                "Correlation between units over samples of the same class."},
    PartMeasure{"fano", "Fano factor", "", "Variance over mean of spike counts; 1 is a Poisson process."},
    PartMeasure{"isi_cv", "Variation of intervals (ISI CV)", "",
                "Standard deviation over mean of the intervals between spikes; 0 is a clock, 1 a Poisson process."},
    PartMeasure{"synchrony", "Synchrony", "", "How much units spike together."},
    PartMeasure{"weight_mean", "Mean weight", "", "Mean of the weights of an edge, in its own unit."},
    PartMeasure{"weight_deviation", "Spread of weights", "",
                "Standard deviation of an edge's weights, in its own unit."},
    PartMeasure{"weight_gini", "Inequality of weights (Gini)", "",
                "0: all weights are as strong; near 1: a few are, and the rest is nothing."},
    PartMeasure{"weight_zeros", "Weights that are zero", "share", "Share of the weights of an edge."},
    PartMeasure{"weight_skewness", "Skewness of weights", "", "0: symmetric; above: a tail of large weights."},
    PartMeasure{"weight_kurtosis", "Kurtosis of weights", "", "0: tails as of a normal distribution; above: heavier."},
    PartMeasure{"weight_lognormal_sigma", "Log-normal spread of weights", "",
                "Standard deviation of the logarithm of the magnitudes, of edges whose weights have one sign."},
    PartMeasure{"weight_lognormal_ks", "Distance from a log-normal distribution", "",
                "The largest distance of the distribution functions; 0: log-normal weights."}};

constexpr std::size_t most_lines = 60;

Figure part_figure(const Report& r, const PartMeasure& what) {
  StripChart chart;
  Figure f;
  chart.labels = true;
  chart.description = std::string(what.title) + " of each part of each learner";
  f.numbers.header = {"learner", "part", "value", "interval from", "interval to", "seeds"};
  const auto parts = parts_of(r.rows, what.measure, false);
  for (std::size_t i = 0; i < r.learners.size(); ++i)
    for (const std::string& part : parts) {
      const auto e = estimate(r.rows, r.learners[i].name, what.measure, part);
      if (!e) continue;
      const std::string label = r.learners[i].name + (part.empty() ? "" : "." + part);
      if (chart.points.size() < most_lines) chart.points.push_back({label, e->value, e->low, e->high, i});
      f.numbers.rows.push_back({r.learners[i].name, part, number(e->value), e->low ? number(*e->low) : "–",
                                e->high ? number(*e->high) : "–", std::to_string(e->seeds)});
    }
  if (chart.points.empty()) return {};
  f.title = what.title;
  chart.name = what.unit;
  f.drawing = strip_chart(chart);
  f.caption = what.caption;
  if (r.seeds > 1) f.caption += " Means over seeds with their 95 % interval.";
  if (f.numbers.rows.size() > most_lines) f.caption += fmt::format(" The first {} are drawn.", most_lines);
  return f;
}

}  // namespace

std::string parts_section(const Report& r) {
  std::vector<Figure> all;
  for (const PartMeasure& what : measures)
    if (const Figure f = part_figure(r, what); !f.drawing.empty()) all.push_back(f);
  return section(r.anchor + "parts", "Activity and weights in numbers", figures(all),
                 "What nodes do and what edges hold, by measures of neuroscience that ask the same of every learner.");
}

std::string locality_section(const Report& r) {
  MatrixChart chart;
  Figure f;
  f.numbers.header = {"learner", "process", "in a word", "uses"};
  for (const Learner& l : r.learners)
    for (const Locality& process : l.locality) {
      chart.columns.push_back(l.name + ": " + process.process);
      std::string list;
      for (const std::string& what : process.uses) {
        if (std::find(chart.rows.begin(), chart.rows.end(), what) == chart.rows.end()) chart.rows.push_back(what);
        list += (list.empty() ? "" : ", ") + what;
      }
      f.numbers.rows.push_back({l.name, process.process, process.summary, list});
    }
  if (chart.rows.empty()) return {};
  for (const std::string& what : chart.rows)
    for (const Learner& l : r.learners)
      for (const Locality& process : l.locality) {
        const bool used = std::find(process.uses.begin(), process.uses.end(), what) != process.uses.end();
        chart.values.push_back(used ? 1.0 : NAN);
      }
  chart.numbers = false;
  chart.description = "information that each learning process uses";
  f.wide = true;
  f.title = "What an update needs to know";
  f.drawing = matrix_chart(chart);
  f.caption =
      "Each column is a process of learning, each row a kind of information; a filled cell says that the update of a "
      "weight "
      "uses it. A rule is local that uses only what the synapse and its two neurons hold.";
  return section(r.anchor + "locality", "Locality of learning", figures({f}));
}

}  // namespace cajal::analysis::report
