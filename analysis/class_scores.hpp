#pragma once

#include <optional>
#include <vector>

#include "analysis/confusion.hpp"
#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry precision_entry{
    "precision", "share of what was predicted as a class that is of it",
    "TP / (TP + FP) of each class, and the mean over the classes that occur (macro)",
    "van Rijsbergen 1979, Information Retrieval, 2nd ed., ch. 7", "[measure]\nprecision = {}"};
inline constexpr MeasureEntry recall_entry{
    "recall", "share of a class' samples that were predicted as it",
    "TP / (TP + FN) of each class, and the mean over the classes that occur (macro)",
    "van Rijsbergen 1979, Information Retrieval, 2nd ed., ch. 7", "[measure]\nrecall = {}"};
inline constexpr MeasureEntry f1_entry{
    "f1", "harmonic mean of precision and recall",
    "2 TP / (2 TP + FP + FN) of each class, and the mean over the classes that occur (macro); of two classes the table "
    "shows that of the rarer one",
    "van Rijsbergen 1979, Information Retrieval, 2nd ed., ch. 7", "[measure]\nf1 = {}"};
inline constexpr MeasureEntry balanced_accuracy_entry{
    "balanced_accuracy", "accuracy as it were if all classes were equally frequent",
    "mean of the recalls of the classes that have samples; 1 / classes by chance",
    "Brodersen et al. 2010, Proc. ICPR, p. 3121", "[measure]\nbalanced_accuracy = {}"};
inline constexpr MeasureEntry error_per_class_entry{
    "error_per_class", "share of each class' samples that were predicted as another", "FN / (TP + FN) of each class",
    "Breiman 2001, Mach. Learn. 45:5", "[measure]\nerror_per_class = {}"};

/// What a confusion matrix says of each class and on average.
/// Of class k with TP = counts[k][k], FP the others that were predicted as k, FN its samples that were not (those
/// without a prediction too): precision = TP / (TP + FP), recall = TP / (TP + FN), f1 = 2 TP / (2 TP + FP + FN),
/// error = 1 - recall. The macro means are over the classes that occur among labels or predictions, where a share of
/// nothing counts 0; the balanced accuracy is the mean recall over the classes that have samples.
/// Convention: scikit-learn with `average="macro"`, `zero_division=0`.
struct ClassScores {
  std::vector<std::optional<double>> precision, recall, f1, error;  ///< [class], none where it is of nothing
  std::vector<double> samples;                                      ///< [class]
  double macro_precision = 0, macro_recall = 0, macro_f1 = 0, balanced_accuracy = 0;
};

/// Throws Error if there are no samples.
ClassScores class_scores(const Confusion& confusion);

}  // namespace cajal::analysis
