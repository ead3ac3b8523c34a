#include "app/learner_bench.hpp"

#include <fmt/format.h>

#include <atomic>

#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"

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
  auto network = build_network<double>(request);
  config::raise(diagnostics);
  std::vector<std::unique_ptr<Process<double>>> processes;
  for (const auto& [name, entry] : root.tables("learn"))
    if (auto process = make_process<double>(entry, *network, 1)) processes.push_back(std::move(process));
  config::raise(std::move(diagnostics));
  make_weights(*network);
  LearnerOptions options;
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
  const auto all = e->parameters().at(0)->row_major();
  const auto sources = static_cast<std::ptrdiff_t>(e->from().size());
  Rows out;
  for (auto row = all.begin(); row != all.end(); row += sources) out.emplace_back(row, row + sources);
  return out;
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
