#include "analysis/latency.hpp"

#include <algorithm>

namespace cajal::analysis {

namespace {

constexpr MeasureEntry entry{
    "latency",
    "accuracy against the time that a sample has been seen",
    "the test samples are shown anew, and the answer is taken after 1/p, 2/p ... of the trial's steps (latency; level "
    "in "
    "ms); decision_time: the first of these times at which the accuracy reaches 99 % of its last value. A network "
    "without time answers at 0 ms. A trial that is cut short is not repeated, where the learner would show silent "
    "samples again",
    "evidence accumulation as in Gold & Shadlen 2007, Annu. Rev. Neurosci. 30:535",
    "[measure]\nlatency = { points = 8 }",
    "points of the curve (8), samples: at most (300)"};

}  // namespace

std::vector<std::int64_t> latency_steps(std::int64_t steps, std::int64_t points) {
  std::vector<std::int64_t> out;
  const std::int64_t n = std::min(steps, points);
  for (std::int64_t k = 1; k <= n; ++k) out.push_back((k * steps + n - 1) / n);
  return out;
}

double decision_time(std::span<const double> times, std::span<const double> accuracies) {
  std::size_t i = 0;
  while (i + 1 < times.size() && accuracies[i] < 0.99 * accuracies.back()) ++i;
  return times[i];
}

SubjectMeasure latency_measure() {
  return {entry, true, true, [](const config::Table& table, const Questions&) {
            const std::int64_t points = table.integer("points", 8, 1, 1000);
            const auto samples = static_cast<std::size_t>(table.integer("samples", 300, 1, 100000000));
            const auto take = [points, samples](Subject& subject, const Questions& questions) {
              Findings out;
              const std::size_t n = std::min(samples, questions.samples);
              const auto rows = std::span(questions.rows).first(n * questions.features);
              std::vector<double> times, accuracies;
              for (const std::int64_t steps : latency_steps(subject.steps(), points)) {
                if (subject.stopped()) return Findings{};
                const Subject::Answers a = subject.answer_within(rows, steps);
                if (a.predicted.empty()) {
                  out.left_out.push_back("no latency: its answers are no classes");
                  return out;
                }
                times.push_back(subject.steps() == 1 ? 0 : static_cast<double>(steps) * subject.dt());
                out.rows.push_back(accuracy_row(subject, questions, "latency", "", a.predicted, times.back()));
                accuracies.push_back(out.rows.back().value);
              }
              out.rows.push_back(row_of(subject, questions, "decision_time", "", decision_time(times, accuracies),
                                        static_cast<double>(n)));
              return out;
            };
            return SubjectMeasure::Asked{"latency", samples, take};
          }};
}

}  // namespace cajal::analysis
