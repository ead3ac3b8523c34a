#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// Which samples serve what, as indices into a Dataset.
struct Split {
  std::vector<std::uint32_t> train, validation, test;

  /// Over all three parts and their order (FNV-1a, 64 bits): equal hashes mean equal splits.
  std::uint64_t hash() const;
};

/// How to part a dataset. Fractions are of all samples or, with a given test part or folds, of those that are left.
struct SplitOptions {
  /// Where the test part comes from: `given` by the source, `drawn` at random, given if the source gives one, one of
  /// several equal `fold`s, or what is trained with (`train`), which tells how well that was learned and no more.
  enum class Test { automatic, given, drawn, fold, train };

  Test from = Test::automatic;
  std::optional<double> train;       ///< default: what the other parts leave
  std::optional<double> validation;  ///< default: 0.1 where `from` is automatic, else 0
  std::optional<double> test;        ///< default: 0.1 where the part is drawn and `from` is automatic, else 0
  std::size_t folds = 0, fold = 0;   ///< the test part is number `fold`, from 0, of so many
  bool stratified = true;            ///< keeps the share of each class in each part, to one sample
  std::optional<std::size_t> most_train, most_validation, most_test;  ///< keeps the first so many of a part

  /// What is wrong with the fractions themselves, empty if nothing.
  std::string fault() const;

  /// The same with nothing left open, for this dataset. Throws DataError if they do not fit it or each other.
  SplitOptions resolved(const Dataset& dataset) const;
};

/// Parts the samples at random, by (seed, `data.split`) alone. Parts that are drawn stand in random order, so that the
/// first samples of a part are a fair sample of it; a given test part keeps the order of the source. The sizes are the
/// fractions of the number of samples, rounded by largest remainder; with `stratified` those of each class differ from
/// their fractions by at most one sample. Throws DataError if a part that is asked for would be empty.
///
/// Folds are the same for every `fold`: each sample is in the test part of exactly one. Their sizes, with `stratified`
/// also those of each class, differ by at most one. A test part that the source sets apart is in no fold and unused.
///
/// Samples of one sequence (Dataset::overlap) are parted in its order: training, validation, test, or a fold as a block
/// with training before and after it. Samples that share values with a later part are in none.
Split split(const Dataset& dataset, const SplitOptions& options, std::uint64_t seed);

}  // namespace cajal::data
