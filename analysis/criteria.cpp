#include "analysis/criteria.hpp"

#include <algorithm>
#include <array>

namespace cajal::analysis {

namespace {

using Format = Row::Format;
using Better = Row::Better;

constexpr std::array all{
    Criterion{"test_accuracy", "", "test accuracy", "", Format::percent, Better::higher, 2, "is the most accurate"},
    Criterion{"validate_accuracy", "", "validation accuracy", "", Format::percent, Better::higher, 2, ""},
    Criterion{"test_r2", "", "test R2", "", Format::fixed, Better::higher, 3, "explains the most of the variance"},
    Criterion{"test_loss", "", "test loss", "", Format::significant, Better::lower, 4, ""},
    Criterion{"generated_confidence", "", "confidence in what it made", "", Format::percent, Better::higher, 1, ""},
    Criterion{"generated_coverage", "", "classes it made", "", Format::percent, Better::higher, 0, ""},
    Criterion{"parameters", "", "parameters", "", Format::count, Better::lower, 0, "has the fewest parameters"},
    Criterion{"footprint", "", "footprint", "bytes", Format::count, Better::lower, 0, "takes the least memory"},
    Criterion{"connection_sparsity", "", "connection sparsity", "", Format::percent, Better::higher, 1, ""},
    Criterion{"presentations", "", "presentations", "", Format::count, Better::lower, 0, ""},
    Criterion{"learning_speed", "presentations", "presentations to the accuracy asked for", "", Format::count,
              Better::lower, 0, "learns from the fewest presentations"},
    Criterion{"learning_speed", "seconds", "time to the accuracy asked for", "s", Format::fixed, Better::lower, 1,
              "learns in the shortest time"},
    Criterion{"sample_efficiency_area", "", "sample efficiency", "", Format::fixed, Better::higher, 3,
              "gets the most out of few labelled samples"},
    Criterion{"activation_sparsity", "", "activation sparsity", "", Format::percent, Better::higher, 1,
              "is the sparsest in its activity"},
    Criterion{"rate", "", "mean firing rate", "Hz", Format::fixed, Better::none, 1, ""},
    Criterion{"operations_dense", "", "synaptic operations, dense", "per sample", Format::count, Better::lower, 0, ""},
    Criterion{"operations_effective", "", "synaptic operations, effective", "per sample", Format::count, Better::lower,
              0, "needs the fewest synaptic operations"},
    Criterion{"membrane_updates", "", "membrane updates", "per sample", Format::count, Better::lower, 0, ""},
    Criterion{"neuron_updates", "", "neuron updates", "per sample", Format::count, Better::lower, 0, ""},
    // Not its own: what a network of numbers with as many values would take in its place.
    Criterion{"energy", "quantised network", "energy of a quantised network in its place", "pJ per sample",
              Format::significant, Better::none, 0, ""},
    Criterion{"energy", "*", "energy, {}", "pJ per sample", Format::significant, Better::lower, 0,
              "takes the least energy:"},
    Criterion{"break_even_rate", "*", "break-even rate, {}", "spikes per neuron and step", Format::significant,
              Better::none, 0, ""},
    Criterion{"decision_time", "", "time to a decision", "ms", Format::fixed, Better::lower, 1, "decides the soonest"},
    Criterion{"robustness_area", "*", "robustness to {}", "", Format::percent, Better::higher, 1,
              "keeps the most of its accuracy under"},
    Criterion{"continual_accuracy", "*", "accuracy after all tasks{}", "", Format::percent, Better::higher, 2,
              "knows the most after all tasks:"},
    Criterion{"continual_forgetting", "*", "forgetting{}", "", Format::percent, Better::lower, 2, "forgets the least:"},
    Criterion{"continual_backward_transfer", "*", "backward transfer{}", "", Format::percent, Better::higher, 2, ""},
    Criterion{"continual_forward_transfer", "*", "forward transfer{}", "", Format::percent, Better::higher, 2, ""},
    Criterion{"training_time", "", "training time", "s", Format::fixed, Better::lower, 1,
              "trains in the shortest time"},
};

}  // namespace

std::span<const Criterion> criteria() { return all; }

const Criterion* criterion_of(std::string_view measure, std::string_view part) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Criterion& c) {
    return c.measure == measure && (c.part == part || c.part == "*");
  });
  return found == all.end() ? nullptr : &*found;
}

std::string in_words(std::string_view text, std::string_view part) {
  std::string out(text), words(part);
  std::replace(words.begin(), words.end(), '_', ' ');
  if (words == "fgsm") words = "changes against its gradient (FGSM)";
  const std::size_t at = out.find("{}");
  if (at == std::string::npos) return out;
  // Behind a word that needs none, the part stands in brackets.
  const bool apart = at > 0 && out[at - 1] != ' ' && !words.empty();
  return out.replace(at, 2, apart ? " (" + words + ")" : words);
}

}  // namespace cajal::analysis
