#include "analysis/robustness/disturbance.hpp"

#include <algorithm>

namespace cajal::analysis {

const std::vector<Disturbance>& disturbances() {
  static const std::vector<Disturbance> all{pixel_noise(),         salt_and_pepper(), occlusion(),      weight_noise(),
                                            weight_quantisation(), unit_lesion(),     synapse_lesion(), fgsm()};
  return all;
}

std::string shown_on_a_scale(const Questions& questions) {
  if (questions.tokens) return "samples are made of tokens, to which nothing can be added";
  if (!(questions.high > questions.low)) return "all values of the training samples are the same";
  return {};
}

std::string has_weights(const Subject& subject) {
  const auto groups = subject.weights();
  const bool some = std::any_of(groups.begin(), groups.end(), [](const auto& w) { return w.synaptic && w.values > 0; });
  return some ? "" : "it has no weights";
}

Draws draws_of(const Questions& questions, const std::string& address, std::uint64_t id, std::uint64_t repeat) {
  return {Stream(questions.seed, "measure.robustness." + address), repeat << 32 | id};
}

}  // namespace cajal::analysis
