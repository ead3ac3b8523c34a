#include "app/subject.hpp"

#include <algorithm>

#include "app/terminal.hpp"

namespace cajal::app {

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
