// Learning tasks one after the other.

#include <algorithm>

#include "learning/learner.hpp"
#include "sim/error.hpp"

namespace cajal {

namespace {

/// The class of a task with the largest score, the first of equals.
std::int32_t answer_among(std::span<const double> scores, const std::vector<std::int32_t>& classes) {
  return *std::max_element(classes.begin(), classes.end(), [&](std::int32_t a, std::int32_t b) {
    return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
  });
}

}  // namespace

template <class Real>
std::vector<std::uint32_t> Learner<Real>::shown_of(std::vector<std::uint32_t> samples) const {
  if (!shown_classes_.empty())
    std::erase_if(samples,
                  [&](std::uint32_t s) { return !shown_classes_[static_cast<std::size_t>(dataset_->last_label(s))]; });
  return samples;
}

template <class Real>
void Learner<Real>::show_at_least(std::int64_t presentations) {
  for (Phase& phase : options_.phases) {
    if (phase.part != Phase::Part::train || phase.frozen()) continue;
    const auto samples = static_cast<std::int64_t>(part_of(phase).size());
    if (samples > 0) phase.epochs = std::max(phase.epochs, (presentations + samples - 1) / samples);
  }
}

template <class Real>
void Learner<Real>::answer_tasks(const Tasks& tasks, TaskRecord& record) {
  record.accuracy.emplace_back();
  record.accuracy_known.emplace_back();
  record.samples.clear();
  for (const auto& classes : tasks.classes) {
    shown_classes_.assign(dataset_->classes, false);
    for (const std::int32_t k : classes) shown_classes_[static_cast<std::size_t>(k)] = true;
    const std::vector<std::uint32_t> samples = shown_of(split_->test);
    if (samples.empty()) throw Error("a task has no test samples");
    const PhaseRecord answers = predict(*dataset_, samples);
    if (answers.outputs != dataset_->classes) throw Error("there is not one score for each class");
    double right = 0;
    for (std::size_t s = 0; s < samples.size(); ++s)
      right += answer_among(std::span(answers.scores).subspan(s * answers.outputs, answers.outputs), classes) ==
               answers.label[s];
    record.accuracy.back().push_back(answers.accuracy);
    record.accuracy_known.back().push_back(right / static_cast<double>(samples.size()));
    record.samples.push_back(samples.size());
  }
}

template <class Real>
TaskRecord Learner<Real>::run_tasks(const Tasks& tasks, const std::atomic<bool>& stop) {
  if (!answers_classes() && options_.predict.kind != Predict::Kind::assigned_rate)
    throw Error("its answers are no classes");
  TaskRecord record;
  answer_tasks(tasks, record);
  std::vector<bool> seen(dataset_->classes, false);
  for (const auto& classes : tasks.classes) {
    std::vector<bool> now(dataset_->classes, false);
    for (const std::int32_t k : classes) now[static_cast<std::size_t>(k)] = seen[static_cast<std::size_t>(k)] = true;
    for (const Phase& phase : options_.phases) {
      if (phase.part != Phase::Part::train || stop) continue;
      // What names the units by their labels looks at all that was learned so far.
      shown_classes_ = phase.frozen() ? seen : now;
      stop_ = &stop;
      run_phase(phase);
    }
    if (stop) break;
    answer_tasks(tasks, record);
  }
  shown_classes_.clear();
  return record;
}

template class Learner<float>;
template class Learner<double>;

}  // namespace cajal
