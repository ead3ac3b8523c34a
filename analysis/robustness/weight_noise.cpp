#include <cmath>

#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

Disturbance weight_noise() {
  Disturbance d;
  d.name = "weight_noise";
  d.meaning = "independent normal numbers are added to all weights of synapses";
  d.level = "standard deviation as a share of the root mean square of the weights of the same edge";
  d.levels = {0, 0.1, 0.2, 0.5, 1};
  d.high = 1e3;
  d.obstacle = [](const Subject& subject, const Questions&) { return has_weights(subject); };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t repeat) {
    return answer_with_weights(subject, questions, [&](std::vector<double>& values, const Subject::Weights& group) {
      double squares = 0;
      for (const double w : values) squares += w * w;
      const double sigma = level * std::sqrt(squares / static_cast<double>(values.size()));
      Draws draws = draws_of(questions, "weight_noise." + group.edge, 0, repeat);
      for (double& w : values) w += sigma * draws.normal();
    });
  };
  return d;
}

}  // namespace cajal::analysis
