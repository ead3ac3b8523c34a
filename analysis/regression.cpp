#include "analysis/regression.hpp"

#include <cmath>
#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

RegressionErrors regression_errors(std::span<const double> predicted, std::span<const double> target,
                                   std::size_t targets) {
  if (predicted.size() != target.size() || targets == 0 || target.empty() || target.size() % targets != 0)
    throw Error("regression errors: " + std::to_string(predicted.size()) + " predictions for " +
                std::to_string(target.size()) + " numbers of " + std::to_string(targets) + " targets");
  const double n = static_cast<double>(target.size() / targets), count = static_cast<double>(targets);
  RegressionErrors out;
  double explained = 0;
  bool varies = true;
  for (std::size_t k = 0; k < targets; ++k) {
    double mean = 0, square = 0, absolute = 0, spread = 0;
    for (std::size_t i = k; i < target.size(); i += targets) mean += target[i] / n;
    bool constant = true;
    for (std::size_t i = k; i < target.size(); i += targets) {
      const double off = target[i] - predicted[i];
      square += off * off;
      absolute += std::fabs(off);
      spread += (target[i] - mean) * (target[i] - mean);
      constant = constant && target[i] == target[k];
    }
    out.rmse += std::sqrt(square / n) / count;
    out.mae += absolute / n / count;
    varies = varies && !constant;
    if (!constant) explained += (1 - square / spread) / count;
  }
  if (varies) out.r2 = explained;
  return out;
}

}  // namespace cajal::analysis
