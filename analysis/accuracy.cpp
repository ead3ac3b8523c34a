#include "analysis/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

Accuracy accuracy(std::size_t correct, std::size_t n) {
  if (n == 0) throw Error("accuracy: no samples");
  if (correct > n)
    throw Error("accuracy: " + std::to_string(correct) + " correct of " + std::to_string(n) + " samples");
  constexpr double z = 1.959963984540054;
  const double count = static_cast<double>(n), value = static_cast<double>(correct) / count;
  const double center = value + z * z / (2 * count), scale = 1 + z * z / count;
  const double half = z * std::sqrt(value * (1 - value) / count + z * z / (4 * count * count));
  // Rounding alone would take the ends of 0 and n correct a little beyond 0 and 1.
  const double low = correct == 0 ? 0 : (center - half) / scale, high = correct == n ? 1 : (center + half) / scale;
  return {correct, n, value, low, high};
}

Accuracy accuracy(std::span<const std::int32_t> predicted, std::span<const std::int32_t> label) {
  if (predicted.size() != label.size())
    throw Error("accuracy: " + std::to_string(predicted.size()) + " predictions for " + std::to_string(label.size()) +
                " labels");
  std::size_t correct = 0;
  for (std::size_t i = 0; i < label.size(); ++i) correct += predicted[i] == label[i];
  return accuracy(correct, label.size());
}

}  // namespace cajal::analysis
