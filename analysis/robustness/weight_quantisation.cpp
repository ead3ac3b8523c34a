#include <algorithm>
#include <cmath>

#include "analysis/robustness/disturbance.hpp"
#include "analysis/robustness/quantised.hpp"

namespace cajal::analysis {

void quantise(std::span<double> weights, int bits) {
  double largest = 0, sum = 0;
  for (const double w : weights) {
    largest = std::max(largest, std::fabs(w));
    sum += std::fabs(w);
  }
  const double mean = sum / static_cast<double>(weights.size()), steps = std::exp2(bits - 1) - 1;
  for (double& w : weights)
    w = bits == 1 ? std::copysign(mean, w) : largest > 0 ? std::nearbyint(w / largest * steps) / steps * largest : 0;
}

Disturbance weight_quantisation() {
  Disturbance d;
  d.name = "weight_quantisation";
  d.meaning =
      "weights of synapses are rounded to numbers of few bits, evenly spaced and symmetric about zero for each "
      "edge; of one bit to the mean magnitude with the sign";
  d.level = "bits of a weight";
  d.levels = {8, 6, 4, 3, 2, 1};
  d.low = 1;
  d.high = 32;
  d.whole = true;
  d.undisturbed = 32;
  d.drawn = false;
  d.few = {4, 2};
  d.obstacle = [](const Subject& subject, const Questions&) { return has_weights(subject); };
  d.answer = [](Subject& subject, const Questions& questions, double level, std::uint64_t) {
    return answer_with_weights(subject, questions, [&](std::vector<double>& values, const Subject::Weights&) {
      quantise(values, static_cast<int>(level));
    });
  };
  return d;
}

}  // namespace cajal::analysis
