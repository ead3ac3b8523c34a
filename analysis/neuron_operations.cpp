#include "analysis/neuron_operations.hpp"

#include <cmath>

namespace cajal::analysis {

namespace {

constexpr MeasureEntry updates{"neuron_updates", "updates of neurons per sample",
                               "units that have a membrane (populations that spike, and leaky read-outs) times steps "
                               "of a presentation: all that a "
                               "simulation by the clock does. Layers without state have none",
                               "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), NeuronOperations, dense",
                               "[measure]\nneuron_updates = {}"};

constexpr MeasureEntry changes{
    "membrane_updates", "updates of neurons per sample that changed the membrane potential",
    "count of V(t) != V(t - 1) over neurons and steps, and once for each neuron at the first step; the mean over "
    "presentations of the first 100 test samples",
    "NeuroBench (Yik et al. 2025, Nat. Commun. 16:1545), MembraneUpdates", "[measure]\nmembrane_updates = {}"};

Findings take_updates(Subject& subject, const Questions& questions) {
  Findings out;
  if (const auto o = subject.operations())
    out.rows.push_back(row_of(subject, questions, "neuron_updates", "", o->neuron_updates, 1));
  else
    out.left_out.push_back("no neuron updates: it is no network that was tested");
  return out;
}

Findings take_changes(Subject& subject, const Questions& questions) {
  Findings out;
  const auto o = subject.operations();
  if (!o)
    out.left_out.push_back("no membrane updates: it is no network that was tested");
  else if (!std::isfinite(o->membrane_updates))
    out.left_out.push_back("no membrane updates: all steps of a trial run at once");
  else
    out.rows.push_back(row_of(subject, questions, "membrane_updates", "", o->membrane_updates, 1));
  return out;
}

}  // namespace

SubjectMeasure neuron_updates_measure() {
  return {updates, true, false, [](const config::Table&, const Questions&) {
            return SubjectMeasure::Asked{"neuron_updates", 0, take_updates};
          }};
}

SubjectMeasure membrane_updates_measure() {
  return {changes, true, false, [](const config::Table&, const Questions&) {
            return SubjectMeasure::Asked{"membrane_updates", 0, take_changes};
          }};
}

}  // namespace cajal::analysis
