#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry treves_rolls_entry{
    "treves_rolls",
    "sparseness of a code: 0 where all do the same, 1 where one alone is active",
    "S = (1 - (sum r / n)^2 / (sum r^2 / n)) / (1 - 1 / n) of mean outputs r; treves_rolls_population: over the n "
    "units, "
    "mean over samples; treves_rolls_lifetime: over the n samples, mean over units; samples and units without activity "
    "have none; of nodes whose outputs are never negative",
    "Treves & Rolls 1991, Network 2:371; in this form Vinje & Gallant 2000, Science 287:1273",
    "[measure]\ntreves_rolls = {}",
    "of: which nodes, as of cka; samples (1000): at most, of those that "
    "were kept"};

/// S = (1 - a) / (1 - 1 / n) with a = (sum r / n)^2 / (sum r^2 / n), Treves and Rolls' sparseness, of n numbers that
/// are not negative. Nothing of fewer than 2, and where all are 0. Source: Treves & Rolls 1991, Network 2:371, eq. 1;
/// Vinje & Gallant 2000, Science 287:1273, note 16.
std::optional<double> treves_rolls(std::span<const double> activity);

/// Means of S, and of how many.
struct Sparseness {
  std::optional<double> population, lifetime;
  std::size_t samples = 0, units = 0;  ///< that have one
};

/// Of `values`, [sample][unit], none negative: over the units of each sample, and over the samples of each unit.
/// Throws Error if the values are no whole number of rows.
Sparseness sparseness(std::span<const float> values, std::size_t units);

extern const RecordedMeasure treves_rolls_measure;

}  // namespace cajal::analysis
