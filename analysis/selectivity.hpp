#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry selectivity_entry{
    "selectivity",
    "how much units prefer one class: 0 where all classes excite them alike, 1 where one alone does",
    "(m_max - m_rest) / (m_max + m_rest) of a unit's mean output to each class: the largest, and the mean of the other "
    "classes'; mean over the units that have one: silent units have none, nor those whose mean to a class is negative",
    "class selectivity: Morcos et al. 2018, ICLR, arXiv:1803.06959",
    "[measure]\nselectivity = {}",
    "of: which nodes, as of cka"};

/// What units do for each class.
struct Tuning {
  std::vector<std::int32_t> classes;         ///< that occur, in their order; those below 0 are none
  std::vector<double> mean;                  ///< [class][unit]
  std::vector<std::optional<double>> index;  ///< [unit]: class selectivity
  std::optional<double> selectivity;         ///< mean over the units that have one
  std::size_t counted = 0;                   ///< how many have one
};

/// Mean of `values`, [sample][unit], over the samples of each class, and of it (m_max - m_rest) / (m_max + m_rest) of
/// each unit with m_max the largest and m_rest the mean of the others. No index with fewer than two classes, where a
/// mean is negative, or where all are 0. Throws Error if the values are not as many rows as labels. Source: Morcos et
/// al. 2018, "On the importance of single directions for generalization", arXiv:1803.06959, section 2.3.
Tuning tuning(std::span<const float> values, std::size_t units, std::span<const std::int32_t> label);

extern const RecordedMeasure selectivity_measure;

}  // namespace cajal::analysis
