#include "analysis/class_scores.hpp"

#include "sim/error.hpp"

namespace cajal::analysis {

namespace {

std::optional<double> share(double part, double whole) {
  if (whole > 0) return part / whole;
  return std::nullopt;
}

}  // namespace

ClassScores class_scores(const Confusion& confusion) {
  ClassScores out;
  double occurring = 0, sampled = 0;
  for (std::size_t k = 0; k < confusion.classes; ++k) {
    double of_class = static_cast<double>(confusion.undecided[k]), as_class = 0;
    for (std::size_t j = 0; j < confusion.classes; ++j) {
      of_class += static_cast<double>(confusion.at(k, j));
      as_class += static_cast<double>(confusion.at(j, k));
    }
    const auto right = static_cast<double>(confusion.at(k, k));
    out.samples.push_back(of_class);
    out.precision.push_back(share(right, as_class));
    out.recall.push_back(share(right, of_class));
    out.f1.push_back(share(2 * right, of_class + as_class));
    out.error.push_back(share(of_class - right, of_class));
    if (of_class > 0) {
      sampled += 1;
      out.balanced_accuracy += *out.recall[k];
    }
    if (of_class + as_class > 0) {
      occurring += 1;
      out.macro_precision += out.precision[k].value_or(0);
      out.macro_recall += out.recall[k].value_or(0);
      out.macro_f1 += *out.f1[k];
    }
  }
  if (sampled == 0) throw Error("class scores: no samples");
  out.balanced_accuracy /= sampled;
  out.macro_precision /= occurring;
  out.macro_recall /= occurring;
  out.macro_f1 /= occurring;
  return out;
}

}  // namespace cajal::analysis
