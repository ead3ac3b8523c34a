#include "analysis/auc.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "sim/error.hpp"

namespace cajal::analysis {

std::optional<double> auc(std::span<const double> scores, std::span<const std::uint8_t> positive) {
  if (scores.size() != positive.size())
    throw Error("auc: " + std::to_string(scores.size()) + " scores for " + std::to_string(positive.size()) +
                " samples");
  if (std::any_of(scores.begin(), scores.end(), [](double s) { return std::isnan(s); }))
    throw Error("auc: a score is not a number");
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  // Twice the pairs that are in order, plus those that tie: whole numbers, and so exact.
  double twice = 0, below = 0, all_positive = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    double above = 0, equal = 0;
    std::size_t end = begin;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      (positive[order[end]] ? above : equal) += 1;
    twice += above * (2 * below + equal);
    below += equal;
    all_positive += above;
    begin = end;
  }
  if (all_positive == 0 || below == 0) return std::nullopt;
  return twice / (2 * all_positive * below);
}

ClassAuc auc(std::span<const double> scores, std::span<const std::int32_t> label, std::size_t classes) {
  const std::size_t n = label.size();
  if (classes == 0 || scores.size() != n * classes)
    throw Error("auc: " + std::to_string(scores.size()) + " scores for " + std::to_string(n) + " samples of " +
                std::to_string(classes) + " classes");
  ClassAuc out;
  double sum = 0, count = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    std::vector<double> of_class(n);
    std::vector<std::uint8_t> positive(n);
    for (std::size_t i = 0; i < n; ++i) {
      of_class[i] = classes == 2 ? scores[2 * i + k] - scores[2 * i + 1 - k] : scores[i * classes + k];
      positive[i] = label[i] >= 0 && static_cast<std::size_t>(label[i]) == k;
    }
    out.one_vs_rest.push_back(auc(of_class, positive));
    if (!out.one_vs_rest[k]) continue;
    sum += *out.one_vs_rest[k];
    count += 1;
  }
  if (count > 0) out.macro = sum / count;
  return out;
}

}  // namespace cajal::analysis
