#include "app/learner_bench.hpp"

#include <fmt/format.h>

#include <atomic>

#include "app/learn_table.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"
#include "models/edges/feedback.hpp"

namespace cajal::app {

namespace {

data::Dataset dataset_of(const Rows& samples, const Rows& targets) {
  data::Dataset d;
  d.name = "rule";
  d.samples = samples.size();
  d.features = samples.at(0).size();
  d.shape = {d.features};
  d.targets = targets.empty() ? 1 : targets.at(0).size();
  for (const auto& row : samples)
    for (const double x : row) d.x.push_back(static_cast<float>(x));
  for (const auto& row : targets)
    for (const double y : row) d.y.push_back(static_cast<float>(y));
  // Samples without targets.
  d.y.resize(d.samples * d.targets);
  return d;
}

Rows rows_of(const std::vector<double>& all, std::size_t columns) {
  const auto width = static_cast<std::ptrdiff_t>(columns);
  Rows out;
  for (auto row = all.begin(); row != all.end(); row += width) out.emplace_back(row, row + width);
  return out;
}

}  // namespace

LearnerBench::LearnerBench(const std::string& config, std::int64_t epochs, const Rows& samples, const Rows& targets)
    : dataset_(dataset_of(samples, targets)) {
  for (std::uint32_t s = 0; s < samples.size(); ++s) split_.train.push_back(s);
  split_.test = split_.train;
  const config::Value tree = config::parse(config, "rule");
  std::vector<Diagnostic> diagnostics;
  const config::Table root(tree, "", diagnostics);
  BuildRequest request{root, 1, 1, 0, true, dataset_.shape, ""};
  request.targets = dataset_.targets;
  const LearnTable learn = read_learn(root);
  request.trained = [&](const std::string& name) { return learn.trains(name); };
  request.feedback = [&](const std::string& name) { return learn.feedback(name); };
  auto network = build_network<double>(request);
  config::raise(diagnostics);
  std::vector<std::unique_ptr<Process<double>>> processes;
  for (const auto& [name, entry] : learn.processes)
    if (auto process = make_process<double>(entry, *network, 1)) processes.push_back(std::move(process));
  LearnerOptions options;
  for (const GradientEntry& g : learn.gradients) {
    options.gradients.push_back(GradientOptions::read(g.name, g.table));
    options.gradients.back().trains = [edges = g.edges](std::string_view name) {
      return edges.contains(std::string(name));
    };
  }
  config::raise(std::move(diagnostics));
  make_weights(*network);
  options.name = "rule";
  options.seed = 1;
  options.predict.of = "Y";
  options.predict.kind = Predict::Kind::max_last;
  options.phases = {{"train", Phase::Part::train, 0, epochs, true, {}, false},
                    {"test", Phase::Part::test, 0, 1, false, {}, false}};
  learner_ =
      std::make_unique<Learner<double>>(std::move(network), std::move(processes), std::move(options), dataset_, split_);
  const std::atomic<bool> stop = false;
  learner_->run({}, stop);
}

Rows LearnerBench::weights(const std::string& edge) {
  Edge<double>* const e = learner_->network().edge(edge);
  if (!e) throw Error("no dense edge " + edge);
  return rows_of(e->parameters().at(0)->row_major(), e->from().size());
}

Rows LearnerBench::feedback(const std::string& edge) {
  auto* const e = dynamic_cast<FeedbackEdge<double>*>(learner_->network().edge(edge));
  if (!e || !e->feedback()) throw Error("no edge with a feedback of its own " + edge);
  return rows_of(e->feedback()->row_major(), e->feedback()->shape.at(1));
}

std::vector<double> LearnerBench::bias(const std::string& edge) {
  Edge<double>* const e = learner_->network().edge(edge);
  if (!e || e->parameters().size() < 2) throw Error("no edge with a bias " + edge);
  return e->parameters()[1]->row_major();
}

Rows LearnerBench::answers() const {
  const PhaseRecord& last = learner_->record().phases.back();
  // The test shows the samples in their order.
  Rows out;
  for (std::size_t s = 0; s < last.sample.size(); ++s)
    out.emplace_back(last.scores.begin() + static_cast<std::ptrdiff_t>(s * last.outputs),
                     last.scores.begin() + static_cast<std::ptrdiff_t>((s + 1) * last.outputs));
  return out;
}

std::vector<double> LearnerBench::state(const std::string& entry) {
  for (const auto& process : learner_->processes())
    if (process->name() == entry) {
      const auto values = process->state().at(0).values;
      return {values.begin(), values.end()};
    }
  throw Error("no entry learn." + entry);
}

std::string dense_layer(const std::string& kind, std::size_t units, const std::string& weight, const std::string& rule,
                        const std::string& nodes) {
  return fmt::format(R"([node]
X = {{ kind = "data" }}
{4}Y = {{ kind = "{0}", size = {1} }}
[edge]
w = {{ from = "X", to = "Y", kind = "dense", weight = {2} }}
[learn]
rule = {{ on = "edge.w", {3} }}
)",
                     kind, units, weight, rule, nodes);
}

}  // namespace cajal::app
