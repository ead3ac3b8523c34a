#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
  std::size_t tokens = 0;           ///< `x` holds whole numbers in 0 .. tokens-1, of a vocabulary; 0: plain numbers
  std::vector<std::int32_t> label;  ///< [sample][step], in 0 .. classes-1; empty for regression
  std::size_t label_steps = 1;      ///< how many labels a sample has, one after another
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
  /// Of samples that were cut one after another from one sequence: with how many of those after it a sample shares
  /// values. Parts of such data are blocks of the sequence that share none.
  std::optional<std::size_t> overlap;

  bool classification() const { return !label.empty(); }
  /// The class of a sample; of one with several labels the last.
  std::int32_t last_label(std::size_t sample) const { return label[(sample + 1) * label_steps - 1]; }

  /// How often each class is among the labels of `part`, [class]; empty for regression.
  std::vector<std::size_t> class_counts(std::span<const std::uint32_t> part) const;

  /// Makes classes of one value for each sample: the distinct ones, sorted. Throws DataError for values that are not
  /// whole, or of which there are more than 65536.
  void set_classes(std::span<const double> values);

  /// Throws DataError if there are no samples or features, if sizes disagree, if a value is NaN or infinite, or if a
  /// label is not one of the classes.
  void validate() const;
};

}  // namespace cajal::data
