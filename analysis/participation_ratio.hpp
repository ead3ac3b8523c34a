#pragma once

#include <optional>
#include <span>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry participation_ratio_entry{
    "participation_ratio",
    "in how many directions the activity of a node varies: 1 to the number of its units",
    "(sum l)^2 / sum l^2 of the eigenvalues l of the covariance over samples of the units' mean outputs; at most the "
    "number of samples less one",
    "Gao et al. 2017, bioRxiv 214262; Recanatesi et al. 2019, arXiv:1906.00443",
    "[measure]\nparticipation_ratio = {}",
    "of: which nodes, as of cka; samples (1000): at most, of those that "
    "were kept"};

/// (tr C)^2 / tr(C^2), which is (sum l)^2 / sum l^2 of the eigenvalues l of the covariance C of `values`,
/// [sample][unit]. Between 1 and min(units, samples - 1). Nothing where all units are constant. Throws Error if the
/// values are no whole number of rows. Source: Gao et al. 2017, "A theory of multineuronal dimensionality, dynamics and
/// measurement".
std::optional<double> participation_ratio(std::span<const float> values, std::size_t units);

extern const RecordedMeasure participation_ratio_measure;

}  // namespace cajal::analysis
