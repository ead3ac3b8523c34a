#pragma once

#include "analysis/entry.hpp"

namespace cajal::analysis {

inline constexpr MeasureEntry hidden_pca_entry{
    "hidden_pca",
    "how the test samples lie to each other in a hidden node: principal components of its activity",
    "the first eigenvectors of the covariance of the node's mean output over the test samples (at most 1000); "
    "explained share of component k: its eigenvalue over the sum of all",
    "Pearson 1901, Phil. Mag. 2:559; Hotelling 1933, J. Educ. Psychol. 24:417",
    "[measure]\nhidden_pca = { of = \"hid\", components = 2 }",
    "of: a node or several; components (2). Scores and directions stand in pca/<node>/ of the result; the report draws "
    "the first two components, coloured by class"};

}  // namespace cajal::analysis
