#pragma once

#include <span>
#include <string>
#include <string_view>

#include "analysis/table.hpp"

namespace cajal::analysis {

/// A measure by which learners are set side by side: how it is shown, and which of two values is the better one.
struct Criterion {
  std::string_view measure;
  std::string_view part;  ///< `*`: each part is a line of its own
  std::string_view name;  ///< `{}` stands for the part
  std::string_view unit;
  Row::Format format;
  Row::Better better;
  int decimals;
  std::string_view claim;  ///< what the best one is or does: `is the most accurate`; of `*` what its parts follow:
                           ///< `takes the least energy:`; empty: no ground for a claim
};

/// All of them, in the order in which they are shown.
std::span<const Criterion> criteria();
/// None: null.
const Criterion* criterion_of(std::string_view measure, std::string_view part);

/// A name with its part in words: `accuracy under {}` of `pixel_noise` is `accuracy under pixel noise`.
std::string in_words(std::string_view text, std::string_view part);

}  // namespace cajal::analysis
