#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "learning/data/dataset.hpp"

namespace cajal::data {

/// What is done about classes of unequal size in the training part.
enum class Balance {
  none,
  oversample,   ///< samples of smaller classes are repeated until each is as large as the largest
  undersample,  ///< samples of larger classes are left out until each is as small as the smallest
};

std::string_view name(Balance balance);

/// The training part in balance, in random order. What is repeated is drawn with replacement and comes beside every
/// sample itself, what is kept without; by (seed, `data.balance`) alone. Classes without a sample in the part stay so.
/// Throws DataError for data without classes, or with a class at every step.
std::vector<std::uint32_t> balanced(const Dataset& dataset, std::vector<std::uint32_t> part, Balance balance,
                                    std::uint64_t seed);

}  // namespace cajal::data
