#include "app/learning.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "app/weights.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"

namespace cajal::app {

namespace {

template <class Real>
class LearnerOf final : public AnyLearner {
 public:
  explicit LearnerOf(std::unique_ptr<Learner<Real>> learner) : learner_(std::move(learner)) {}

  const LearnerRecord& run(const std::function<void(const Progress&)>& progress, const std::atomic<bool>& stop) override { return learner_->run(progress, stop); }
  PhaseRecord predict(const data::Dataset& dataset, const std::vector<std::uint32_t>& samples) override { return learner_->predict(dataset, samples); }
  const LearnerRecord& record() const override { return learner_->record(); }
  const LearnerOptions& options() const override { return learner_->options(); }
  const Activity* activity() const override { return learner_->activity(); }
  std::size_t parameters() const override { return count_parameters(learner_->network()); }
  void write_weights(const record::Group& group, const std::string& when) override {
    learner_->collect();
    write_network(group, learner_->network(), when);
    for (auto& p : learner_->processes())
      for (const auto& s : p->state())
        group.write("weights/" + s.name + "/" + when, s.values, {s.values.size()}, {s.unit, s.meaning, {"unit"}});
    const auto& assignment = learner_->assignment();
    if (!assignment.empty())
      group.write("weights/node." + learner_->options().predict.of + ".assignment/" + when, assignment, {assignment.size()}, {"", "class that a unit stands for, -1: none", {"unit"}});
  }
  void read_weights(const record::ResultReader& reader, const std::string& path, const std::string& when) override {
    read_network(reader, path, learner_->network(), when);
    for (auto& p : learner_->processes()) {
      for (auto& s : p->state()) {
        const auto values = reader.read<double>(path + "weights/" + s.name + "/" + when);
        if (values.values.size() != s.values.size()) throw DataError(reader.path(), fmt::format("{}: {} values, expected {}", s.name, values.values.size(), s.values.size()));
        std::copy(values.values.begin(), values.values.end(), s.values.begin());
      }
      p->restore();
    }
    const std::string assignment = path + "weights/node." + learner_->options().predict.of + ".assignment/" + when;
    if (reader.has(assignment)) learner_->assignment() = reader.read<std::int32_t>(assignment).values;
  }
  std::string summary() const override { return network_summary(learner_->network()); }

 private:
  std::unique_ptr<Learner<Real>> learner_;
};

struct LearnTable {
  std::vector<std::pair<std::string, config::Table>> processes;  ///< other than the gradient
  std::optional<std::pair<std::string, config::Table>> gradient;
  std::set<std::string> trained;                                 ///< edges, by their names in the config
};

std::vector<std::string> edge_names(const config::Table& tree) {
  std::vector<std::string> names;
  if (const auto edges = tree.table("edge")) names = edges->keys();
  return names;
}

/// Edges that an entry's `on` names: `edge.a`, `edge.*`, or `rest`: all that nothing else claims and that can be trained.
std::set<std::string> matches(const config::Table& entry, const std::vector<std::string>& patterns, const std::vector<std::string>& names,
                              const std::set<std::string>& claimed, const config::Table& tree) {
  std::set<std::string> out;
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (const std::string& name : names) {
      if (pattern == "rest") {
        const auto edges = tree.table("edge");
        const auto table = edges->table(name);
        const config::Value* kind = table ? table->peek("kind") : nullptr;
        const config::Value* connect = table ? table->peek("connect") : nullptr;
        const bool fixed = (kind && kind->text == "one_to_one") || (connect && connect->text == "private");
        if (!claimed.contains(name) && !fixed) out.insert(name);
        found = true;
      } else if (fnmatch(pattern.c_str(), ("edge." + name).c_str(), 0) == 0) {
        out.insert(name);
        found = true;
      }
    }
    if (!found) {
      std::vector<std::string> known;
      for (const auto& n : names) known.push_back("edge." + n);
      const std::string near = config::nearest(pattern, known);
      entry.error("on", fmt::format("nothing is called \"{}\"{}", pattern, near.empty() ? fmt::format("; there are: {}, \"rest\"", fmt::join(known, ", ")) : "; did you mean \"" + near + "\"?"));
    }
  }
  return out;
}

LearnTable read_learn(const config::Table& tree) {
  LearnTable l;
  std::vector<std::string> rules = process_names();
  rules.insert(rules.begin(), "backprop");
  for (const auto& [name, entry] : tree.tables("learn")) {
    const std::string rule = entry.required_choice("rule", rules);
    if (rule != "backprop") {
      if (!rule.empty()) l.processes.emplace_back(name, entry);
      else entry.skip();
    } else if (l.gradient) {
      entry.error("rule", fmt::format("a second gradient beside \"{}\": one per learner; list its targets in `on`", l.gradient->first));
      entry.skip();
    } else {
      l.gradient.emplace(name, entry);
    }
  }
  const auto names = edge_names(tree);
  std::set<std::string> claimed;
  for (const auto& [name, entry] : l.processes) {
    const config::Value* on = entry.peek("on");
    if (!on) continue;
    std::vector<std::string> patterns;
    if (on->kind == config::Value::Kind::text) patterns.push_back(on->text);
    for (const auto& item : on->items) patterns.push_back(item.text);
    for (const std::string& pattern : patterns)
      for (const std::string& edge : names)
        if (fnmatch(pattern.c_str(), ("edge." + edge).c_str(), 0) == 0) claimed.insert(edge);
  }
  if (l.gradient) {
    l.trained = matches(l.gradient->second, l.gradient->second.texts("on", {"rest"}), names, claimed, tree);
    for (const std::string& edge : l.trained)
      if (claimed.contains(edge)) l.gradient->second.error("on", fmt::format("edge.{} is also changed by another process of [learn]; take it out of one of them", edge));
    if (l.trained.empty()) l.gradient->second.error("on", "there is no edge left to train");
  }
  return l;
}

/// The answer's shape must fit the data's.
template <class Real>
void check_output(const config::Table& tree, const Network<Real>& network, const std::string& node, bool assigned, const data::Dataset& dataset, const config::Table* learn) {
  const Node<Real>* of = network.node(node);
  if (!of) {
    std::vector<std::string> names;
    for (const auto& n : network.nodes) names.push_back(n->name());
    const std::string near = config::nearest(node, names);
    const std::string text = fmt::format("no node \"{}\"{}", node, near.empty() ? fmt::format("; there are: {}", fmt::join(names, ", ")) : "; did you mean \"" + near + "\"?");
    if (learn) learn->error("of", text);
    else tree.error("predict", text);
    return;
  }
  if (assigned) return;
  const std::size_t want = dataset.classification() ? dataset.classes : dataset.targets;
  if (of->size() != want) {
    const auto nodes = tree.table("node");
    const auto table = nodes ? nodes->table(node) : std::nullopt;
    (table ? *table : tree).error(table ? "size" : "predict", fmt::format("\"{}\" has {} units, but the data have {} {}", node, of->size(), want, dataset.classification() ? "classes" : "targets"));
  }
}

template <class Real>
std::unique_ptr<AnyLearner> make(const config::Table& tree, const std::string& name, const Run& run, const Data& data, const Seeds& seeds,
                                 std::size_t threads, const std::string& folder) {
  const std::size_t errors = tree.diagnostics().size();
  LearnerOptions o;
  o.name = name;
  o.seed = seeds.order;
  o.dt = run.dt;
  o.threads = threads;
  o.batch = 64;
  o.trial = Trial::read(tree, run.dt);
  const LearnTable learn = read_learn(tree);
  if (learn.gradient) o.gradient = GradientOptions::read(learn.gradient->first, learn.gradient->second);
  const bool classes = data.dataset.classification();
  if (o.gradient && !classes && o.gradient->loss && o.gradient->loss->name() == "cross_entropy")
    learn.gradient->second.error("loss", "\"cross_entropy\" needs classes, but the data have numbers as targets; use \"mse\"");
  o.predict = read_predict(tree, o.gradient, classes);
  std::vector<std::string> processes;
  for (const auto& [process, entry] : learn.processes) processes.push_back(process);
  if (learn.gradient) processes.push_back(learn.gradient->first);
  if (processes.empty()) tree.error("learn", "missing: what learns; for data without learning leave out `data`");
  o.phases = read_phases(tree, processes, o.predict, o.gradient ? o.gradient->stop.epochs : 1, !data.split.validation.empty());

  BuildRequest request{tree, seeds.init, run.dt, o.trial.rest > 0 ? o.trial.show : 0, o.trial.resets, data.dataset.features, folder,
                       [&](const std::string& edge) { return learn.trained.contains(edge); }, &node_catalogue()};
  auto network = build_network<Real>(request);
  std::vector<std::unique_ptr<Process<Real>>> made;
  for (const auto& [process, entry] : learn.processes) {
    if (auto p = make_process<Real>(entry, *network)) made.push_back(std::move(p));
    else entry.skip();
  }
  check_targets<Real>(made, tree.diagnostics());
  if (tree.diagnostics().size() == errors || !network->nodes.empty()) {
    if (o.gradient) check_output(tree, *network, o.gradient->of, false, data.dataset, &learn.gradient->second);
    if (!o.predict.of.empty() && (!o.gradient || o.predict.of != o.gradient->of))
      check_output(tree, *network, o.predict.of, o.predict.kind == Predict::Kind::assigned_rate, data.dataset, static_cast<const config::Table*>(nullptr));
    if (o.trial.retry.fewer > 0)
      for (const std::string& node : {o.trial.retry.spikes, o.trial.retry.input})
        if (!network->node(node)) tree.error("trial", fmt::format("retry: no node \"{}\"", node));
  }
  for (const auto& n : network->nodes)
    if (o.gradient && n->kind() == "data" && data.dataset.features == 0) tree.error("node", "no data");
  if (tree.diagnostics().size() != errors) return nullptr;
  make_weights(*network);
  return std::make_unique<LearnerOf<Real>>(std::make_unique<Learner<Real>>(std::move(network), std::move(made), std::move(o), data.dataset, data.split));
}

}  // namespace

std::unique_ptr<AnyLearner> make_learner(const config::Table& tree, const std::string& name, const Run& run, const Data& data, const Seeds& seeds,
                                         std::size_t threads, const std::string& folder) {
  return run.double_precision ? make<double>(tree, name, run, data, seeds, threads, folder) : make<float>(tree, name, run, data, seeds, threads, folder);
}

}  // namespace cajal::app
