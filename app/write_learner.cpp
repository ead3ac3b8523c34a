// What a learner leaves in a result: training/, predictions/, activity/, and the data's part.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "analysis/confusion.hpp"
#include "app/learning.hpp"
#include "app/preprocessing.hpp"

namespace cajal::app {

namespace {

template <class T, class F>
std::vector<T> column(const std::vector<EpochRecord>& epochs, F&& value) {
  std::vector<T> out;
  for (const EpochRecord& e : epochs) out.push_back(static_cast<T>(value(e)));
  return out;
}

/// What was seen of the gradient, the weights and the activity at the end of each epoch.
void write_gradient(const record::Group& group, const LearnerRecord& r) {
  const std::vector<std::size_t> dims{r.epochs.size()};
  const auto write = [&](const std::string& name, const std::string& unit, const std::string& meaning, auto&& value) {
    group.write("training/" + name, column<double>(r.epochs, value), dims, {unit, meaning, {"epoch"}});
  };
  write("gradient_norm", "", "Euclidean norm of the last batch's gradient, penalties included, before clipping",
        [](const auto& e) { return e.gradient_norm; });
  write("rate", "", "step size of the optimizer in the last batch", [](const auto& e) { return e.rate; });
  write("penalty", "", "l1 and l2 terms of the loss after the epoch; no part of the loss as recorded",
        [](const auto& e) { return e.penalty; });
  // Of an epoch without a gradient nothing was seen.
  const auto of = [](const std::vector<double>& values, std::size_t k) {
    return k < values.size() ? values[k] : std::numeric_limits<double>::quiet_NaN();
  };
  for (std::size_t k = 0; k < r.gradients.size() && r.gradients.size() > 1; ++k)
    write("loss_of/" + r.gradients[k], "", "mean loss of this gradient, of the samples as they were shown",
          [&](const auto& e) { return of(e.losses, k); });
  group.write("training/trained_edges", std::span<const std::string>(r.trained_edges), {r.trained_edges.size()},
              {"", "edges that the gradient trains, in the order of the config", {"edge"}});
  for (std::size_t k = 0; k < r.trained_edges.size(); ++k) {
    write("gradient_norm_of/" + r.trained_edges[k], "",
          "Euclidean norm of the gradient of the edge's weights in the last batch",
          [&](const auto& e) { return of(e.gradient_norms, k); });
    write("weight_norm_of/" + r.trained_edges[k], "", "Euclidean norm of the edge's weights after the epoch",
          [&](const auto& e) { return of(e.weight_norms, k); });
  }
  for (std::size_t k = 0; k < r.nodes.size(); ++k) {
    write("activity_rms_of/" + r.nodes[k], "",
          "root mean square of the node's output in the last batch (its first 256 samples and 1000 steps)",
          [&](const auto& e) { return of(e.activity_rms, k); });
    write("activity_zeros_of/" + r.nodes[k], "", "share of outputs that were zero, of the same samples and steps",
          [&](const auto& e) { return of(e.activity_zeros, k); });
  }
  if (r.kept_epoch > 0) group.group("training").attribute("kept_epoch", r.kept_epoch);
}

void write_training(const record::Group& group, const LearnerRecord& r) {
  if (r.epochs.empty()) return;
  const std::vector<std::size_t> dims{r.epochs.size()};
  const auto real = [&](const char* name, const char* unit, const char* meaning, auto&& value) {
    group.write(std::string("training/") + name, column<double>(r.epochs, value), dims, {unit, meaning, {"epoch"}});
  };
  group.write("training/epoch", column<std::int64_t>(r.epochs, [](const auto& e) { return e.epoch; }), dims,
              {"", "number of the epoch within its phase", {"epoch"}});
  group.write("training/presentations", column<std::int64_t>(r.epochs, [](const auto& e) { return e.presentations; }),
              dims, {"", "samples shown, repetitions included", {"epoch"}});
  real("loss", "", "mean loss of the samples as they were shown", [](const auto& e) { return e.loss; });
  real("accuracy", "", "share right of the samples as they were shown", [](const auto& e) { return e.accuracy; });
  real("validation_loss", "", "mean loss of the validation samples after the epoch",
       [](const auto& e) { return e.validation_loss; });
  real("validation_accuracy", "", "share right of the validation samples after the epoch",
       [](const auto& e) { return e.validation_accuracy; });
  const bool gradient = !r.trained_edges.empty();
  if (gradient) write_gradient(group, r);
  group.timing().write("epoch_seconds", column<double>(r.epochs, [](const auto& e) { return e.seconds; }), dims,
                       {"s", "wall time of each epoch without its validation", {"epoch"}});
}

/// Outputs that are samples: those of the first samples, and the samples themselves where they are given back.
void write_outputs(const record::Group& group, const PhaseRecord& p, LearnerOptions::Outputs kind,
                   const data::Dataset& dataset) {
  const std::string place = "predictions/" + p.name + "/";
  const std::size_t n = p.scores.size() / p.outputs;
  group.write(place + "output", std::vector<float>(p.scores.begin(), p.scores.end()), {n, p.outputs},
              {"", "what the learner makes of the first samples", {"sample", "output"}});
  if (kind != LearnerOptions::Outputs::inputs_again) return;
  std::vector<float> input;
  for (std::size_t k = 0; k < n; ++k) {
    const auto row = std::span(dataset.x).subspan(p.sample[k] * dataset.features, dataset.features);
    input.insert(input.end(), row.begin(), row.end());
  }
  group.write(place + "input", input, {n, dataset.features}, {"", "the first samples", {"sample", "feature"}});
}

void write_predictions(const record::Group& group, const PhaseRecord& p, LearnerOptions::Outputs kind,
                       const data::Dataset& dataset) {
  const std::string place = "predictions/" + p.name + "/";
  const std::size_t n = p.sample.size(), classes = dataset.classes;
  group.write(place + "sample", p.sample, {n}, {"", "index of the sample in the data set", {"sample"}});
  if (kind != LearnerOptions::Outputs::answers) return write_outputs(group, p, kind, dataset);
  group.write(place + "scores", std::vector<float>(p.scores.begin(), p.scores.end()), {n, p.outputs},
              {"", "what the answer is read from", {"sample", "output"}});
  if (p.label.empty()) return;
  group.write(place + "label", p.label, {n}, {"", "true class", {"sample"}});
  group.write(place + "predicted", p.predicted, {n}, {"", "predicted class", {"sample"}});
  const auto confusion = analysis::confusion(p.predicted, p.label, classes);
  group.write(place + "confusion", confusion.counts, {classes, classes},
              {"", "number of samples", {"true class", "predicted class"}});
  group.group(place).attribute("accuracy", p.accuracy);
}

void write_activity(const record::Group& group, const AnyLearner& learner, const Activity& a) {
  const record::Group all = group.group("activity");
  all.attribute("steps", a.steps);
  all.attribute("dt", learner.options().dt);
  all.attribute("spike_samples", static_cast<std::uint64_t>(a.spike_samples));
  all.attribute("represents", learner.representation());
  for (const Phase& phase : learner.options().phases)
    if (phase.part == Phase::Part::test) all.attribute("phase", phase.name);
  std::int64_t order = 0;
  for (const auto& n : a.nodes) {
    const std::string place = "activity/" + n.node + "/";
    const record::Group node = group.group("activity/" + n.node);
    const auto& seen = learner.record().activity;
    const bool input =
        std::any_of(seen.begin(), seen.end(), [&](const auto& s) { return s.node == n.node && s.input; });
    node.attribute("role", std::string(input ? "input" : n.node == learner.options().predict.of ? "output" : "hidden"));
    node.attribute("spiking", static_cast<std::int64_t>(n.spiking));
    node.attribute("order", order++);
    const std::vector<std::uint64_t> shape(n.shape.begin(), n.shape.end());
    group.write(place + "shape", shape, {shape.size()}, {"", "extents of the node, outermost first", {"axis"}});
    group.write(place + "mean", n.mean, {a.samples, n.units},
                {n.spiking ? "spikes/step" : "",
                 "mean output over the trial, first samples of the test phase",
                 {"sample", "unit"},
                 true});
    if (!n.spiking) continue;
    std::vector<std::uint32_t> sample, step, unit;
    for (std::size_t s = 0; s < n.spikes.size(); ++s)
      for (const auto& spike : n.spikes[s]) {
        sample.push_back(static_cast<std::uint32_t>(s));
        step.push_back(spike.step);
        unit.push_back(spike.unit);
      }
    group.write(place + "spikes/sample", sample, {sample.size()}, {"", "row of `mean`", {"spike"}});
    group.write(place + "spikes/step", step, {step.size()}, {"steps", "step of the trial", {"spike"}});
    group.write(place + "spikes/unit", unit, {unit.size()}, {"", "unit", {"spike"}});
  }
}

}  // namespace

void write_learner(const record::Group& group, AnyLearner& learner, const Data& data) {
  const LearnerRecord& r = learner.record();
  write_learning_processes(group, learner.learning_processes());
  write_training(group, r);
  for (const PhaseRecord& p : r.phases) {
    write_predictions(group, p, learner.options().outputs, data.dataset);
    group.timing().write("phase_seconds/" + p.name, std::vector<double>{p.seconds}, {1},
                         {"s", "wall time of the phase"});
  }
  if (learner.activity()) write_activity(group, learner, *learner.activity());
  std::vector<std::string> edges;
  std::vector<double> effective, dense;
  std::vector<std::uint8_t> binary;
  for (const auto& o : r.operations) {
    edges.push_back(o.edge);
    effective.push_back(o.effective);
    dense.push_back(o.dense);
    binary.push_back(o.binary);
  }
  if (!edges.empty()) {
    group.write("operations/edge", std::span<const std::string>(edges), {edges.size()}, {"", "edges", {"edge"}});
    group.write("operations/effective", effective, {edges.size()},
                {"1/sample", "synaptic operations whose input and weight are not zero", {"edge"}});
    group.write("operations/dense", dense, {edges.size()},
                {"1/sample", "synaptic operations of a dense pass", {"edge"}});
    group.write("operations/binary", binary, {edges.size()},
                {"", "1: every input was -1, 0 or 1, operations are accumulates", {"edge"}});
  }
  learner.write_weights(group, "final");
}

void write_data(const record::Group& group, const Data& data) {
  const auto part = [&](const char* name, const std::vector<std::uint32_t>& indices) {
    group.write(std::string("data/") + name, indices, {indices.size()},
                {"", "indices of the samples in the data set", {"sample"}});
  };
  part("train", data.split.train);
  part("validation", data.split.validation);
  part("test", data.split.test);
  const std::vector<std::uint64_t> shape(data.dataset.shape.begin(), data.dataset.shape.end());
  group.write("data/shape", shape, {shape.size()}, {"", "extents of a sample, outermost first", {"axis"}});
  const record::Group d = group.group("data");
  d.attribute("source", data.dataset.name);
  d.attribute("samples", data.dataset.samples);
  d.attribute("features", data.dataset.features);
  d.attribute("classes", data.dataset.classes);
  d.attribute("targets", data.dataset.targets);
  d.attribute("tokens", data.dataset.tokens);
  d.attribute("split_hash", data.split.hash());
  if (data.balance != data::Balance::none) d.attribute("balance", std::string(data::name(data.balance)));
  if (data.dataset.classification())
    group.write("data/class_names", std::span<const std::string>(data.dataset.class_names), {data.dataset.classes},
                {"", "names of the classes", {"class"}});
  if (!data.dataset.feature_names.empty())
    group.write("data/feature_names", std::span<const std::string>(data.dataset.feature_names), {data.dataset.features},
                {"", "names of the features", {"feature"}});
  write_preprocessing(group, data.preprocessing);
}

}  // namespace cajal::app
