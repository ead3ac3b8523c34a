#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/sample_matrix.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry rsa_entry{
    "rsa",
    "representational similarity: whether two learners find the same samples alike and the same ones different",
    "of each node a matrix of dissimilarities of samples, 1 - Pearson's correlation over units of their mean outputs; "
    "of two nodes Spearman's rank correlation of both matrices' upper triangles; of a node with itself the mean over "
    "pairs of seeds. Samples of which all units do the same (silent ones) have none and are left out",
    "Kriegeskorte, Mur & Bandettini 2008, Front. Syst. Neurosci. 2:4",
    "[measure]\nrsa = { samples = 100 }",
    "of: which nodes, as of cka; samples (100): as many of each class, "
    "in the order of classes"};

/// 1 - r of each two rows of `values`, [sample][unit]: Pearson's correlation over units. 0 on the diagonal; NaN with a
/// sample of which all units are the same. Throws Error if the values are no whole number of rows. Source: Kriegeskorte
/// et al. 2008, Front. Syst. Neurosci. 2:4.
SampleMatrix dissimilarities(std::span<const float> values, std::size_t units);

/// Spearman's rank correlation (ties share their mean rank) of the numbers above the diagonals; pairs of samples of
/// which one matrix has none (NaN) are left out. Nothing with fewer than 3 pairs, or where one side is constant. Throws
/// Error if the numbers of samples differ.
std::optional<double> rank_correlation(const SampleMatrix& a, const SampleMatrix& b);

/// Rows of at most `samples` samples, as many of each class (the first of each), in the order of classes; those below 0
/// have none. Without labels the first ones of `kept`.
std::vector<std::size_t> rows_by_class(std::span<const std::int32_t> label, std::size_t kept, std::size_t samples);

extern const RecordedMeasure rsa_measure;

}  // namespace cajal::analysis
