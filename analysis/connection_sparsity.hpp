#pragma once

#include <optional>
#include <span>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry connection_sparsity_entry{
    "connection_sparsity", "share of weights that are zero or not there",
    "1 - (weights that are not 0) / (weights), to 4 decimals, over all edges, and of each edge (part). A sparse edge "
    "has "
    "as many weights as there are pairs of its source and target units: what is not joined is 0. A convolution's "
    "kernel "
    "counts once. Biases do not count, those of recurrent layers neither, which NeuroBench counts",
    "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), ConnectionSparsity", "[measure]\nconnection_sparsity = {}"};

/// 1 - sum(weights not 0) / sum(possible) over edges, rounded to 4 decimals; a weight that all synapses of an edge
/// share counts as many times. Not below 0, where several synapses join the same pair of units. Nothing where there is
/// no weight. Source: NeuroBench, ConnectionSparsity (see the entry for what differs).
std::optional<double> connection_sparsity(std::span<const RecordedEdge> edges);

extern const RecordedMeasure connection_sparsity_measure;

}  // namespace cajal::analysis
