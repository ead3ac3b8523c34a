#include "analysis/footprint.hpp"

namespace cajal::analysis {

namespace {

constexpr MeasureEntry entry{
    "footprint", "bytes that a learner takes in memory to answer",
    "sum over all parameters and buffers of their bytes, zeros too: weights, biases and what normalisation and "
    "adaptive "
    "thresholds have learned (footprint), and of them by part: \"weights\", \"biases\" (all parameters that are not "
    "weights of edges, also what a classical learner keeps), \"buffers\", \"indices\" (of sparse edges: the target of "
    "each synapse, its delay where they differ, a row for each source; 4 bytes each). Beside it \"state\": what "
    "neurons "
    "remember of one sample, which is free in NeuroBench",
    "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), Footprint", "[measure]\nfootprint = {}"};

Findings take(Subject& subject, const Questions& questions) {
  double weights = 0, biases = 0, buffers = 0, indices = 0, state = 0;
  for (const Subject::Weights& w : subject.weights()) {
    weights += w.weight_bytes;
    biases += w.bias_bytes;
    indices += w.index_bytes;
  }
  for (const Subject::Units& u : subject.nodes()) {
    buffers += u.buffer_bytes;
    state += u.state_bytes;
  }
  Findings out;
  const auto add = [&](const char* part, double bytes) {
    out.rows.push_back(row_of(subject, questions, "footprint", part, bytes, 1));
  };
  add("", weights + biases + buffers + indices);
  add("weights", weights);
  add("biases", biases);
  add("buffers", buffers);
  add("indices", indices);
  add("state", state);
  return out;
}

}  // namespace

SubjectMeasure footprint_measure() {
  return {entry, true, false, [](const config::Table&, const Questions&) {
            return SubjectMeasure::Asked{"footprint", 0, take};
          }};
}

}  // namespace cajal::analysis
