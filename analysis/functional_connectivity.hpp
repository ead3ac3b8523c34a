#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry functional_connectivity_entry{
    "functional_connectivity",
    "how alike the recorded courses of units are, and how near that is to an empirical matrix",
    "Pearson's correlation of each pair of recorded units over time, its mean over pairs; with an empirical matrix "
    "Pearson's correlation of both matrices over all pairs (the upper triangles); units that are constant are left out",
    "Friston 1994, Human Brain Mapping 2:56; fit to empirical matrices: Honey et al. 2009, PNAS 106:2035",
    "[measure]\nfunctional_connectivity = { of = \"bold\", start = \"20 s\", empirical = \"FC\" }",
    "of: the entry of [record] with a variable of the units; start (ms, 0): what is recorded earlier does not count; "
    "empirical: a table of [table], units x units"};

struct FunctionalConnectivity {
  std::size_t units = 0;
  std::vector<double> correlation;  ///< [unit][unit]; NaN where one of the two is constant
  std::optional<double> mean;       ///< over pairs of different units that have one
  std::size_t pairs = 0;
};

/// Pearson's correlation over the rows of `values`, [row][unit]. Throws Error if the values are no whole number of
/// rows, are fewer than two rows, or are not finite. A unit counts as constant where its values differ by no more than
/// 1e-7 of their magnitude, the rounding of recorded numbers.
FunctionalConnectivity functional_connectivity(std::span<const float> values, std::size_t units);

/// Pearson's correlation of the upper triangles of two matrices, [unit][unit] each; pairs of which one value is NaN are
/// left out. Nothing if fewer than two are left, or one side is constant. Throws Error if the sizes differ.
std::optional<double> fit(const FunctionalConnectivity& simulated, std::span<const double> empirical);

}  // namespace cajal::analysis
