#include <algorithm>
#include <cmath>

#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

namespace {

/// d cross-entropy / d value, [sample][feature]: sum over outputs k of (p_k - y_k) d score_k / d value with p the
/// softmax of the scores; of a single score the logistic function.
std::vector<double> loss_gradient(Subject& subject, const Questions& questions) {
  const Subject::Answers before = subject.answer(questions.rows);
  const std::size_t outputs = before.outputs, features = questions.features;
  std::vector<double> out(questions.rows.size(), 0.0);
  for (std::size_t k = 0; k < outputs && !subject.stopped(); ++k) {
    const std::vector<double> by_score = subject.input_gradient(
        questions.rows, std::vector<std::int32_t>(questions.samples, static_cast<std::int32_t>(k)));
    for (std::size_t s = 0; s < questions.samples; ++s) {
      const double* scores = before.scores.data() + s * outputs;
      const auto label = static_cast<std::size_t>(questions.label[s]);
      double p = 1 / (1 + std::exp(-scores[0]));
      if (outputs > 1) {
        double sum = 0;
        for (std::size_t j = 0; j < outputs; ++j) sum += std::exp(scores[j] - scores[k]);
        p = 1 / sum;
      }
      const double factor = p - (outputs > 1 ? (k == label ? 1 : 0) : static_cast<double>(label));
      for (std::size_t f = 0; f < features; ++f) out[s * features + f] += factor * by_score[s * features + f];
    }
  }
  return out;
}

}  // namespace

Disturbance fgsm() {
  Disturbance d;
  d.name = "fgsm";
  d.meaning =
      "all values of a sample move by the same amount, each in the direction in which the cross-entropy of the "
      "answer rises, within their range; of spikes the direction is that of the surrogate gradient";
  d.level = "the amount as a share of the range of the training values";
  d.levels = {0, 0.02, 0.05, 0.1, 0.2};
  d.drawn = false;
  d.obstacle = [](const Subject& subject, const Questions& questions) {
    const std::string none = subject.without_gradient();
    return none.empty() ? shown_on_a_scale(questions) : none;
  };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t) {
    const std::vector<double> gradient = loss_gradient(subject, questions);
    std::vector<float> rows = questions.rows;
    const double step = level * (questions.high - questions.low);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double direction = gradient[i] > 0 ? 1 : gradient[i] < 0 ? -1 : 0;
      rows[i] = static_cast<float>(
          std::clamp(static_cast<double>(rows[i]) + step * direction, questions.low, questions.high));
    }
    return subject.answer(rows);
  };
  return d;
}

}  // namespace cajal::analysis
