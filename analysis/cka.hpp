#pragma once

#include <optional>

#include "analysis/entry.hpp"
#include "analysis/recorded.hpp"
#include "analysis/sample_matrix.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry cka_entry{
    "cka",
    "how alike two learners represent the same samples, whatever their units are: 1 where one is the other turned and "
    "scaled",
    "cka: linear CKA |Y'X|^2 / (|X'X| |Y'Y|) of the mean outputs of two nodes, [sample][unit], columns centred, "
    "Frobenius norms; cka_debiased: the same of unbiased estimates of HSIC, which few samples or many units do not "
    "push up, and which may be below 0. Between each two learners of one seed; of a node with itself the mean over "
    "pairs "
    "of seeds, which says how alike runs of one learner are",
    "Kornblith et al. 2019, ICML, arXiv:1905.00414; debiased: Song et al. 2012, JMLR 13:1393, eq. 5; Murphy, "
    "Zylberberg "
    "& Fyshe 2024, arXiv:2405.01012",
    "[measure]\ncka = { samples = 500 }",
    "of: \"layers\" (all nodes), the name of a node, or a table of learners and their nodes, { mlp = \"hid\", snn = "
    "\"hid\" }; without it the node that the answer of each learner is read from; samples (1000): at most, of those "
    "that "
    "were kept; time (\"mean\"): what is compared are means over the trial"};

/// <K, L> / sqrt(<K, K> <L, L>) of two centred matrices, <A, B> = sum_st A_st B_st, which is
/// |Y'X|^2 / (|X'X| |Y'Y|). Between 0 and 1. Nothing where all units of one side are constant. Throws Error where the
/// numbers of samples differ. Source: Kornblith et al. 2019, "Similarity of neural network representations revisited",
/// section 3, arXiv:1905.00414.
std::optional<double> linear_cka(const SampleMatrix& k, const SampleMatrix& l);

/// HSIC_1(K, L) / sqrt(HSIC_1(K, K) HSIC_1(L, L)), where with A, B the matrices K, L without their diagonals and n
/// samples n (n - 3) HSIC_1 = tr(AB) + (1'A1)(1'B1) / ((n - 1)(n - 2)) - 2 / (n - 2) 1'AB1. Its expectation for
/// independent representations is about 0 however few the samples are. Nothing with fewer than 4 samples, or where an
/// HSIC_1 of one side with itself is not positive. Source: Song et al. 2012, JMLR 13:1393, eq. 5; use in CKA: Murphy,
/// Zylberberg & Fyshe 2024, "Correcting biased centered kernel alignment measures in biological and artificial neural
/// networks", arXiv:2405.01012.
std::optional<double> debiased_cka(const SampleMatrix& k, const SampleMatrix& l);

extern const RecordedMeasure cka_measure;

}  // namespace cajal::analysis
