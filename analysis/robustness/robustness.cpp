#include "analysis/robustness/robustness.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/robustness/disturbance.hpp"
#include "sim/config/text.hpp"

namespace cajal::analysis {

namespace {

constexpr MeasureEntry entry{
    "robustness",
    "accuracy when what it is shown, its weights or its units are disturbed",
    "robustness: accuracy by level of each disturbance, the mean of `repeats` draws; robustness_area: its mean over "
    "the "
    "range of levels (trapezoids) divided by the accuracy undisturbed. pixel_noise: normal noise, sd as a share of the "
    "range of the training values; salt_and_pepper: share of values set to an end of the range; occlusion: share of "
    "the "
    "area covered by a square; weight_noise: normal noise, sd as a share of the rms of each edge's weights; "
    "weight_quantisation: bits; unit_lesion, synapse_lesion: share that falls silent; fgsm: size of the step against "
    "the gradient. The draws depend on the seed alone: learners of one seed meet the same noise",
    "Goodfellow et al. 2015, ICLR (fgsm); Hendrycks & Dietterich 2019, ICLR (accuracy under corruption)",
    "[measure]\nrobustness = { to = \"pixel_noise\", levels = [0, 0.1, 0.3] }",
    "to: a disturbance or several (pixel_noise, weight_quantisation and unit_lesion at few levels), levels (of one "
    "disturbance alone), samples: at most (500; 200 without `to`), repeats (1)"};

struct Asked {
  std::vector<Disturbance> to;
  std::size_t samples = 0, repeats = 1;

  Findings operator()(Subject& subject, const Questions& questions) const;
};

Questions first(const Questions& all, std::size_t samples) {
  Questions q = all;
  q.samples = std::min(all.samples, samples);
  q.rows.resize(q.samples * q.features);
  q.label.resize(std::min(q.label.size(), q.samples));
  return q;
}

/// Adds the curve of one disturbance; false: it was stopped.
bool add_curve(const Disturbance& d, std::size_t repeats, std::span<const std::int32_t> undisturbed, Subject& subject,
               const Questions& questions, Findings& out) {
  const std::string part(d.name);
  std::vector<double> accuracies;
  for (const double level : d.levels) {
    if (subject.stopped()) return false;
    Measured row = accuracy_row(subject, questions, "robustness", part, undisturbed, level);
    const std::size_t draws = d.drawn && level != d.undisturbed ? repeats : 1;
    double sum = 0;
    for (std::size_t repeat = 0; repeat < draws && level != d.undisturbed; ++repeat) {
      const Subject::Answers a = d.answer(subject, questions, level, repeat);
      if (subject.stopped()) return false;
      row = accuracy_row(subject, questions, "robustness", part, a.predicted, level);
      sum += row.value;
    }
    if (draws > 1) {
      // Draws on the same samples are not independent: an interval would be too narrow.
      row.value = sum / static_cast<double>(draws);
      row.low = row.high = std::nan("");
      row.n *= static_cast<double>(draws);
    }
    accuracies.push_back(row.value);
    out.rows.push_back(std::move(row));
  }
  const double before = accuracy_row(subject, questions, "", "", undisturbed, 0).value;
  if (accuracies.size() > 1 && before > 0)
    out.rows.push_back(row_of(subject, questions, "robustness_area", part,
                              robustness_area(d.levels, accuracies, before), static_cast<double>(questions.samples)));
  return true;
}

Findings Asked::operator()(Subject& subject, const Questions& questions) const {
  Findings out;
  const Questions few = first(questions, samples);
  const Subject::Answers undisturbed = subject.answer(few.rows);
  if (undisturbed.predicted.empty()) {
    out.left_out.push_back("no robustness: its answers are no classes");
    return out;
  }
  for (const Disturbance& d : to) {
    if (const std::string why = d.obstacle(subject, few); !why.empty())
      out.left_out.push_back("no robustness to " + std::string(d.name) + ": " + why);
    else if (!add_curve(d, repeats, undisturbed.predicted, subject, few, out))
      return {};
  }
  return out;
}

/// Ascending, within what the disturbance allows, and none twice.
std::vector<double> read_levels(const config::Table& table, const Disturbance& d) {
  std::vector<double> levels = table.numbers("levels", "", d.levels);
  const std::string allowed = config::Range{d.low, d.high}.text();
  for (const double level : levels)
    if (!(level >= d.low && level <= d.high) || (d.whole && level != std::floor(level)))
      table.error("levels", config::written_number(level) + " is no level of \"" + std::string(d.name) +
                                "\": " + std::string(d.level) + ", " + (d.whole ? "a whole number " : "") + allowed);
  std::sort(levels.begin(), levels.end());
  if (levels.empty()) table.error("levels", "there are none");
  if (const auto twice = std::adjacent_find(levels.begin(), levels.end()); twice != levels.end())
    table.error("levels", config::written_number(*twice) + " stands there twice");
  return levels;
}

Asked read(const config::Table& table, std::string& identity) {
  Asked asked;
  std::vector<std::string> names;
  for (const Disturbance& d : disturbances()) names.emplace_back(d.name);
  const bool chosen = table.has("to");
  identity = "robustness";
  for (const std::string& name : table.texts("to")) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      table.error("to", "unknown disturbance \"" + name + "\"" + config::alternatives(name, names));
    else
      asked.to.push_back(disturbances()[static_cast<std::size_t>(found - names.begin())]);
    identity += " to " + name;
  }
  if (chosen && asked.to.empty() && table.peek("to")->kind == config::Value::Kind::array)
    table.error("to", "names nothing; allowed here: " + config::listed(names));
  for (const Disturbance& d : disturbances())
    if (!chosen && !d.few.empty()) {
      asked.to.push_back(d);
      asked.to.back().levels = d.few;
    }
  asked.samples = static_cast<std::size_t>(table.integer("samples", chosen ? 500 : 200, 1, 100000000));
  asked.repeats = static_cast<std::size_t>(table.integer("repeats", 1, 1, 10000));
  if (table.has("levels") && asked.to.size() != 1) {
    table.take("levels");
    table.error("levels", "are those of one disturbance: write one name at `to`");
  }
  for (Disturbance& d : asked.to) {
    if (asked.to.size() == 1) d.levels = read_levels(table, d);
    std::sort(d.levels.begin(), d.levels.end());
  }
  if (table.has("repeats") && std::none_of(asked.to.begin(), asked.to.end(), [](const auto& d) { return d.drawn; }))
    table.error("repeats", "nothing is drawn here: all would be the same");
  return asked;
}

}  // namespace

double robustness_area(std::span<const double> levels, std::span<const double> accuracies, double undisturbed) {
  double area = 0;
  for (std::size_t i = 1; i < levels.size(); ++i)
    area += (levels[i] - levels[i - 1]) * (accuracies[i] + accuracies[i - 1]) / 2;
  return area / (levels.back() - levels.front()) / undisturbed;
}

SubjectMeasure robustness_measure() {
  return {entry, true, true, [](const config::Table& table, const Questions&) {
            std::string identity;
            const Asked asked = read(table, identity);
            return SubjectMeasure::Asked{identity, asked.samples, asked};
          }};
}

}  // namespace cajal::analysis
