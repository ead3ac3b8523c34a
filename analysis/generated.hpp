#pragma once

#include <cstddef>
#include <span>

#include "analysis/entry.hpp"

namespace cajal::analysis {

/// What a classifier says of samples that a generator made.
struct Generated {
  double confidence = 0;  ///< mean of the largest probability, 1 / classes to 1
  double coverage = 0;    ///< share of the classes that some sample is taken for
};

/// Of the classifier's logits [sample][class]. Throws Error where they are none or do not fill whole rows.
Generated generated(std::span<const double> logits, std::size_t classes);

inline constexpr MeasureEntry generated_entry{
    "generated",
    "what another learner of the comparison, a classifier, says of the samples that a generator made",
    "confidence: mean over samples of the largest probability, the softmax of the classifier's outputs; coverage: "
    "share "
    "of the classes that at least one sample is taken for",
    "the two ingredients of the inception score, Salimans et al. 2016, NeurIPS",
    "[measure]\ngenerated = { of = \"gan\", by = \"classifier\" }",
    "of: the learner that makes samples; by: the learner that classifies them; both of the comparison"};

}  // namespace cajal::analysis
