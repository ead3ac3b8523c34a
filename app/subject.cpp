#include "app/subject.hpp"

#include <algorithm>
#include <cmath>

#include "app/terminal.hpp"
#include "learning/readout.hpp"

namespace cajal::app {

std::vector<std::int32_t> classes_of(std::span<const double> scores, std::size_t outputs) {
  std::vector<std::int32_t> out;
  for (std::size_t first = 0; first < scores.size(); first += outputs) {
    const auto row = scores.subspan(first, outputs);
    const bool finite = std::all_of(row.begin(), row.end(), [](double s) { return std::isfinite(s); });
    out.push_back(finite ? answer(row) : -1);
  }
  return out;
}

analysis::Findings ask_subject(std::span<const analysis::SubjectMeasure::Asked> measures, AnyLearner& learner,
                               std::uint64_t seed, const Data& data) {
  analysis::Findings out;
  if (measures.empty() || data.split.test.empty()) return out;
  std::size_t most = 0;
  for (const auto& asked : measures) most = std::max(most, asked.samples);
  const analysis::Questions questions = questions_of(data, seed, most);
  const std::unique_ptr<analysis::Subject> subject = learner.subject(data);
  for (const auto& asked : measures) {
    if (stop_requested()) break;
    out.add(asked.take(*subject, questions));
    subject->restore();
  }
  return out;
}

}  // namespace cajal::app
