#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

namespace cajal::analysis {

/// One number of `/measures`: a row of its columns.
struct Measured {
  std::string learner, measure, part;  ///< part: a class, a node, a kind of noise; empty for the whole
  std::uint64_t seed = 0;
  double value = 0, low = 0, high = 0, n = 0;               ///< low, high: 95 % interval, NaN where there is none
  double level = std::numeric_limits<double>::quiet_NaN();  ///< where on a curve: strength, samples, time; NaN: nowhere
};

/// What measures found: numbers, arrays beside them, and what could not be answered.
struct Findings {
  struct Array {
    std::string name;  ///< place below the run, or below the root
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>, std::vector<std::uint32_t>,
                 std::vector<std::string>>
        values;
    std::vector<std::size_t> dims;
    std::string description;
    std::vector<std::string> axes;
    std::string units = "";
  };
  std::vector<Measured> rows;
  std::vector<Array> arrays;
  std::vector<std::string> left_out;  ///< what there is no answer to, and why

  /// Says once what there is no answer to.
  void leave_out(std::string text) {
    if (std::find(left_out.begin(), left_out.end(), text) == left_out.end()) left_out.push_back(std::move(text));
  }
  void add(Findings more) {
    for (auto& row : more.rows) rows.push_back(std::move(row));
    for (auto& array : more.arrays) arrays.push_back(std::move(array));
    for (auto& text : more.left_out) leave_out(std::move(text));
  }
};

}  // namespace cajal::analysis
