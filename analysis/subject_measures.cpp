#include <cmath>

#include "analysis/accuracy.hpp"
#include "analysis/energy.hpp"
#include "analysis/footprint.hpp"
#include "analysis/latency.hpp"
#include "analysis/neuron_operations.hpp"
#include "analysis/robustness/robustness.hpp"
#include "analysis/subject.hpp"

namespace cajal::analysis {

std::span<const SubjectMeasure> subject_measures() {
  static const SubjectMeasure all[] = {robustness_measure(),       latency_measure(),        footprint_measure(),
                                       membrane_updates_measure(), neuron_updates_measure(), energy_measure()};
  return all;
}

Measured row_of(const Subject& subject, const Questions& questions, std::string measure, std::string part, double value,
                double n, double level) {
  const double nan = std::nan("");
  return {subject.name(), std::move(measure), std::move(part), questions.seed, value, nan, nan, n, level};
}

Measured accuracy_row(const Subject& subject, const Questions& questions, std::string measure, std::string part,
                      std::span<const std::int32_t> predicted, double level) {
  const Accuracy a = accuracy(predicted, std::span(questions.label).first(predicted.size()));
  Measured row =
      row_of(subject, questions, std::move(measure), std::move(part), a.value, static_cast<double>(a.n), level);
  row.low = a.low;
  row.high = a.high;
  return row;
}

}  // namespace cajal::analysis
