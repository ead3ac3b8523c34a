#include "analysis/connection_sparsity.hpp"

#include <algorithm>

namespace cajal::analysis {

namespace {

constexpr MeasureEntry entry{"connection_sparsity", "share of the weights of synapses that are zero",
                             "zeros / weights over all edges with synapses, those of a convolution once and those of a "
                             "sparse edge one by one; biases and gains of normalisation are none",
                             "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), ConnectionSparsity",
                             "[measure]\nconnection_sparsity = {}"};

Findings take(Subject& subject, const Questions& questions) {
  const std::vector<Subject::Weights> groups = subject.weights();
  double zeros = 0, all = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].synaptic) continue;
    const std::vector<double> values = subject.weight_values(i);
    zeros += static_cast<double>(std::count(values.begin(), values.end(), 0.0));
    all += static_cast<double>(values.size());
  }
  Findings out;
  if (all > 0)
    out.rows.push_back(row_of(subject, questions, "connection_sparsity", "", zeros / all, all));
  else
    out.left_out.push_back("no connection sparsity: there are no weights");
  return out;
}

}  // namespace

SubjectMeasure connection_sparsity_measure() {
  return {entry, true, false, [](const config::Table&, const Questions&) {
            return SubjectMeasure::Asked{"connection_sparsity", 0, take};
          }};
}

}  // namespace cajal::analysis
