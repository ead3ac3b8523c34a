#include "analysis/robustness/disturbance.hpp"

namespace cajal::analysis {

Disturbance synapse_lesion() {
  Disturbance d;
  d.name = "synapse_lesion";
  d.meaning = "weights of synapses, drawn one by one, become zero; those of a convolution at all places at once";
  d.level = "share of the weights";
  d.levels = {0, 0.1, 0.25, 0.5, 0.75};
  d.obstacle = [](const Subject& subject, const Questions&) { return has_weights(subject); };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t repeat) {
    return answer_with_weights(subject, questions, [&](std::vector<double>& values, const Subject::Weights& group) {
      Draws draws = draws_of(questions, "synapse_lesion." + group.edge, 0, repeat);
      for (double& w : values)
        if (draws.uniform() < level) w = 0;
    });
  };
  return d;
}

}  // namespace cajal::analysis
