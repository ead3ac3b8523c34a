#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cajal::data {

/// Samples with what is to be predicted of them: a class each (`label`) or numbers (`y`).
struct Dataset {
  std::string name;                ///< stands in messages: a file, a folder or `digits`
  std::vector<std::size_t> shape;  ///< of one sample, e.g. {28, 28}; its product is `features`
  std::size_t samples = 0;
  std::size_t features = 0;
  std::vector<float> x;             ///< [sample][feature]
  std::vector<std::int32_t> label;  ///< [sample], in 0 .. classes-1; empty for regression
  std::size_t classes = 0;
  std::vector<std::string> class_names;  ///< [class]
  std::vector<float> y;                  ///< [sample][target]; empty for classification
  std::size_t targets = 0;
  std::vector<std::string> feature_names;  ///< [feature], empty where the source has none
  /// [sample][feature], 1 where the source had no value and `x` holds 0; empty where nothing is missing.
  /// Preprocessing fills these from the training samples and empties the mask.
  std::vector<std::uint8_t> missing;
  /// First sample of the test part that the source itself sets apart; all before it are for training.
  std::optional<std::size_t> given_test;

  bool classification() const { return !label.empty(); }

  /// Throws DataError if there are no samples or features, if sizes disagree, if a value is NaN or infinite, or if a
  /// label is not one of the classes.
  void validate() const;
};

}  // namespace cajal::data
