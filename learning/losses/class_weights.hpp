#pragma once

#include <cstddef>
#include <vector>

namespace cajal {

/// How much the samples of each class count: all the same where nothing is given.
struct ClassWeights {
  bool balanced = false;       ///< by the counts of the training samples: see `balance`
  std::vector<double> values;  ///< [class]; empty: all 1

  bool given() const { return balanced || !values.empty(); }
  double of(std::size_t k) const { return values.empty() ? 1.0 : values[k]; }
  /// n / (classes * count of the class), as scikit-learn's "balanced", where that is asked for; 0 for a class of which
  /// there is no sample.
  void balance(const std::vector<std::size_t>& counts) {
    if (!balanced) return;
    std::size_t n = 0;
    for (const std::size_t count : counts) n += count;
    values.clear();
    for (const std::size_t count : counts)
      values.push_back(count == 0 ? 0.0
                                  : static_cast<double>(n) /
                                        (static_cast<double>(counts.size()) * static_cast<double>(count)));
  }
};

}  // namespace cajal
