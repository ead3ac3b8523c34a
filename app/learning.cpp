#include "app/learning.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "app/check_layers.hpp"
#include "app/classical.hpp"
#include "app/network_subject.hpp"
#include "app/weights.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"
#include "models/edges/entry.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

template <class Real>
class LearnerOf final : public AnyLearner {
 public:
  LearnerOf(std::unique_ptr<Learner<Real>> learner, double memory) : learner_(std::move(learner)), memory_(memory) {}

  const LearnerRecord& run(const std::function<void(const Progress&)>& progress,
                           const std::atomic<bool>& stop) override {
    return learner_->run(progress, stop);
  }
  PhaseRecord predict(const data::Dataset& dataset, const std::vector<std::uint32_t>& samples) override {
    return learner_->predict(dataset, samples);
  }
  TaskRecord run_tasks(const Tasks& tasks, const std::atomic<bool>& stop) override {
    return learner_->run_tasks(tasks, stop);
  }
  void show_at_least(std::int64_t presentations) override { learner_->show_at_least(presentations); }
  void set_budget(const Budget& budget) override { learner_->set_budget(budget); }
  std::string without_gradient() const override {
    const LearnerOptions& o = learner_->options();
    if (o.gradients.empty()) return "nothing in it learns by gradient";
    if (o.predict.kind == Predict::Kind::assigned_rate) return "its units were assigned to classes";
    for (const auto& node : learner_->network().nodes)
      if (node->kind() == "data" && node->spiking())
        return fmt::format("its input \"{}\" is shown as events, which have no derivative by a value", node->name());
    for (const auto& edge : learner_->network().edges)
      if (edge->kind() == "embedding") return "its input is looked up in a table";
    return {};
  }
  std::vector<double> input_gradient(std::span<const float> rows, std::span<const std::int32_t> outputs) override {
    if (const std::string none = without_gradient(); !none.empty()) throw Error(none);
    return learner_->input_gradient(rows, outputs);
  }
  const LearnerRecord& record() const override { return learner_->record(); }
  const LearnerOptions& options() const override { return learner_->options(); }
  const Activity* activity() const override { return learner_->activity(); }
  std::string representation() const override {
    const Predict& predict = learner_->options().predict;
    const Node<Real>* found = nullptr;
    const auto look = [&](const Node<Real>& from, const Node<Real>& to) {
      const bool before = to.name() == predict.of && from.name() != predict.of && !from.ports.empty();
      if (before && (!found || from.size() > found->size())) found = &from;
    };
    if (predict.kind != Predict::Kind::assigned_rate) {
      for (const auto& edge : learner_->network().edges) look(edge->from(), edge->to());
      for (const auto& edge : learner_->network().sparse) look(*edge->from, *edge->to);
    }
    return found ? found->name() : predict.of;
  }
  double memory() const override { return memory_; }
  std::optional<LearnerMemory> measured_memory() override { return learner_->memory(); }
  std::size_t parameters() const override { return count_parameters(learner_->network()); }
  void write_weights(const record::Group& group, const std::string& when) override {
    learner_->collect();
    write_network(group, learner_->network(), when);
    for (auto& p : learner_->processes())
      for (const auto& s : p->state())
        group.write("weights/" + s.name + "/" + when, s.values, {s.values.size()}, {s.unit, s.meaning, {"unit"}});
    const auto& assignment = learner_->assignment();
    if (!assignment.empty())
      group.write("weights/node." + learner_->options().predict.of + ".assignment/" + when, assignment,
                  {assignment.size()}, {"", "class that a unit stands for, -1: none", {"unit"}});
  }
  void read_weights(const record::ResultReader& reader, const std::string& path, const std::string& when) override {
    read_network(reader, path, learner_->network(), when);
    for (auto& p : learner_->processes()) {
      for (auto& s : p->state()) {
        const auto values = reader.read<double>(path + "weights/" + s.name + "/" + when);
        if (values.values.size() != s.values.size())
          throw DataError(reader.path(),
                          fmt::format("{}: {} values, expected {}", s.name, values.values.size(), s.values.size()));
        std::copy(values.values.begin(), values.values.end(), s.values.begin());
      }
      p->restore();
    }
    const std::string assignment = path + "weights/node." + learner_->options().predict.of + ".assignment/" + when;
    if (reader.has(assignment)) learner_->assignment() = reader.read<std::int32_t>(assignment).values;
  }
  std::string summary() const override { return network_summary(learner_->network()); }
  std::unique_ptr<analysis::Subject> subject(const Data& data) override {
    return network_subject(*learner_, data, without_gradient());
  }

 private:
  std::unique_ptr<Learner<Real>> learner_;
  double memory_;
};

/// An entry `rule = "backprop"` and the edges that it trains, by their names in the config.
struct GradientEntry {
  std::string name;
  config::Table table;
  std::set<std::string> edges;
};

struct LearnTable {
  std::vector<std::pair<std::string, config::Table>> processes;  ///< other than gradients
  std::vector<GradientEntry> gradients;
  bool unclear = false;  ///< an entry's rule is not known

  bool trains(const std::string& edge) const {
    return std::any_of(gradients.begin(), gradients.end(),
                       [&](const GradientEntry& g) { return g.edges.contains(edge); });
  }
};

std::vector<std::string> edge_names(const config::Table& tree) {
  std::vector<std::string> names;
  if (const auto edges = tree.table("edge")) names = edges->keys();
  return names;
}

/// Edges that an entry's `on` names: `edge.a`, `edge.*`, or `rest`: all that nothing else claims and that can be
/// trained.
std::set<std::string> matches(const config::Table& entry, const std::vector<std::string>& patterns,
                              const std::vector<std::string>& names, const std::set<std::string>& claimed,
                              const config::Table& tree) {
  std::set<std::string> out;
  for (const std::string& pattern : patterns) {
    bool found = pattern == "rest";
    for (const std::string& name : names) {
      if (pattern == "rest") {
        const auto edges = tree.table("edge");
        const auto table = edges->table(name);
        if (!claimed.contains(name) && (!table || takes_gradient(*table))) out.insert(name);
      } else if (fnmatch(pattern.c_str(), ("edge." + name).c_str(), 0) == 0) {
        out.insert(name);
        found = true;
      }
    }
    if (!found) {
      std::vector<std::string> known;
      for (const auto& n : names) known.push_back("edge." + n);
      known.emplace_back("rest");
      entry.error(
          "on", fmt::format("nothing is called \"{}\"{}", pattern, config::alternatives(pattern, known, "there are")));
    }
  }
  return out;
}

/// The edges that an entry names one by one or by a pattern.
std::set<std::string> named_edges(const config::Table& entry, const std::vector<std::string>& names) {
  std::set<std::string> out;
  const config::Value* on = entry.peek("on");
  if (!on) return out;
  std::vector<std::string> patterns;
  if (on->kind == config::Value::Kind::text) patterns.push_back(on->text);
  for (const auto& item : on->items) patterns.push_back(item.text);
  for (const std::string& pattern : patterns)
    for (const std::string& edge : names)
      if (fnmatch(pattern.c_str(), ("edge." + edge).c_str(), 0) == 0) out.insert(edge);
  return out;
}

LearnTable read_learn(const config::Table& tree) {
  LearnTable l;
  std::vector<std::string> rules = process_names();
  rules.insert(rules.begin(), "backprop");
  const std::size_t before = tree.diagnostics().size();
  const auto entries = tree.tables("learn");
  l.unclear = tree.diagnostics().size() > before;
  for (const auto& [name, entry] : entries) {
    if (const std::string wrong = config::wrong_name(name); !wrong.empty()) entry.error("", wrong);
    const std::size_t errors = tree.diagnostics().size();
    const std::string rule = entry.required_choice("rule", rules);
    if (tree.diagnostics().size() > errors) {
      l.unclear = true;
      entry.skip();
    } else if (rule != "backprop") {
      l.processes.emplace_back(name, entry);
    } else {
      l.gradients.push_back({name, entry, {}});
    }
  }
  const auto names = edge_names(tree);
  std::vector<std::set<std::string>> named;
  std::set<std::string> claimed;
  // What only holds weights within limits leaves them to others to train.
  for (const auto& [name, entry] : l.processes)
    if (!process_composes(entry.peek("rule")->text)) claimed.merge(named_edges(entry, names));
  for (const GradientEntry& g : l.gradients) named.push_back(named_edges(g.table, names));
  for (std::size_t k = 0; k < l.gradients.size(); ++k) {
    GradientEntry& g = l.gradients[k];
    std::set<std::string> others = claimed;
    for (std::size_t other = 0; other < named.size(); ++other)
      if (other != k) others.insert(named[other].begin(), named[other].end());
    const std::size_t errors = tree.diagnostics().size();
    g.edges = matches(g.table, g.table.texts("on", {"rest"}), names, others, tree);
    for (std::size_t before = 0; before < k; ++before)
      others.insert(l.gradients[before].edges.begin(), l.gradients[before].edges.end());
    for (const std::string& edge : g.edges)
      if (others.contains(edge))
        g.table.error(
            "on",
            fmt::format("edge.{} is also changed by another process of [learn]; take it out of one of them", edge));
    if (g.edges.empty() && tree.diagnostics().size() == errors) g.table.error("on", "there is no edge left to train");
  }
  return l;
}

/// The node, or nothing, with an error. `at` and its key `of` name it; nothing where the default is meant.
template <class Real>
const Node<Real>* check_node(const config::Table& tree, const Network<Real>& network, const std::string& name,
                             const config::Table& at) {
  if (const Node<Real>* node = network.node(name)) return node;
  const std::string wrong = no_such_node(tree, name);
  // A node that was refused has had its error.
  if (!wrong.empty()) at.error("of", at.has("of") ? wrong : fmt::format("missing key `of`: {}", wrong));
  return nullptr;
}

/// The answer's shape must fit what the data have: `want` of `what`.
template <class Real>
void check_size(const config::Table& tree, const Node<Real>& node, std::size_t want, const char* what,
                const config::Table& at) {
  if (node.size() == want) return;
  const std::string text =
      fmt::format("\"{}\" has {} units, but the data have {} {}", node.name(), node.size(), want, what);
  const auto table = tree.table("node")->table(node.name());
  if (table->has("size"))
    table->error("size", text);
  else
    at.error("of", text);
}

/// `binary`: one unit may tell two classes apart.
template <class Real>
void check_output(const config::Table& tree, const Network<Real>& network, const std::string& name, bool assigned,
                  bool binary, const data::Dataset& dataset, const config::Table& at) {
  const Node<Real>* node = check_node(tree, network, name, at);
  if (!node || assigned) return;
  const std::size_t want = dataset.classification() ? dataset.classes : dataset.targets;
  if (binary && want == 2 && node->size() == 1) return;
  check_size(tree, *node, want, dataset.classification() ? "classes" : want == 1 ? "target" : "targets", at);
}

/// What a loss reads must have as many numbers as what it is compared with, and a switch the ports that are shown.
template <class Real>
void check_target(const config::Table& tree, const Network<Real>& network, const GradientOptions& g,
                  const data::Dataset& dataset, const config::Table& learn) {
  using Target = GradientOptions::Target;
  if (g.target == Target::label) {
    check_output(tree, network, g.of, false, g.loss && g.loss->binary(), dataset, learn);
  } else if (const Node<Real>* node = check_node(tree, network, g.of, learn); node && g.target == Target::input) {
    check_size(tree, *node, dataset.features, "values a sample", learn);
  }
  if (!g.shown) return;
  const Node<Real>* chooser = network.node(g.shown->node);
  if (!chooser || chooser->kind() != "switch") {
    const std::string wrong = no_such_node(tree, g.shown->node);
    learn.error("show", wrong.empty() ? fmt::format("\"{}\" is no node of kind \"switch\"", g.shown->node) : wrong);
    return;
  }
  std::vector<std::string> ports;
  for (const auto& port : chooser->ports) ports.push_back(port.name);
  for (const std::string& name : g.shown->ports)
    if (std::find(ports.begin(), ports.end(), name) == ports.end())
      learn.error("show", fmt::format("\"{}\" has no port \"{}\"{}", g.shown->node, name,
                                      config::alternatives(name, ports, "there are")));
}

/// The loss must fit the targets: classes or numbers, their number and their range.
bool check_loss(const config::Table& learn, const GradientOptions& gradient, const data::Dataset& dataset) {
  if (!gradient.loss) return true;
  const std::string_view name = gradient.loss->name();
  const ClassWeights* const weights = gradient.loss->class_weights();
  using Target = GradientOptions::Target;
  if (gradient.target == Target::numbers) return true;
  const bool again = gradient.target == Target::input;
  if (dataset.classification() && !again) {
    if (weights && !weights->balanced && weights->values.size() != dataset.classes)
      learn.table("loss")->error("class_weights", fmt::format("{} numbers, but the data have {} classes",
                                                              weights->values.size(), dataset.classes));
    return true;
  }
  if (name == "cross_entropy") {
    learn.error("loss", "\"cross_entropy\" needs classes, but the data have numbers as targets; use \"mse\"");
    return false;
  }
  const bool probabilities = name == "binary_cross_entropy", signs = name == "hinge";
  for (const float y : again ? dataset.x : dataset.y) {
    if (probabilities ? y >= 0 && y <= 1 : !signs || y == 0 || y == 1 || y == -1) continue;
    learn.error("loss", fmt::format("\"{}\" needs targets {}, but the data have one of {:g}", name,
                                    probabilities ? "between 0 and 1" : "of -1, 0 or 1", y));
    return false;
  }
  return true;
}

/// What is repeated must spike, and what is raised must have a gain.
template <class Real>
void check_retry(const config::Table& tree, const Network<Real>& network, const Trial::Retry& retry) {
  if (retry.fewer == 0) return;
  const config::Table table = *tree.table("trial")->table("retry");
  const auto find = [&](const char* key, const std::string& name) -> const Node<Real>* {
    const std::string wrong = name.empty() ? "" : no_such_node(tree, name);
    if (!wrong.empty()) table.error(key, wrong);
    return network.node(name);
  };
  if (const auto* node = find("spikes", retry.spikes); node && !node->spiking())
    table.error("spikes", fmt::format("\"{}\" ({}) does not spike", node->name(), node->kind()));
  if (const auto* node = find("add", retry.input); node && node->kind() != "data")
    table.error("add", fmt::format("\"{}\" ({}) has no gain; nodes of kind \"data\" have", node->name(), node->kind()));
}

/// Steps and samples that are held at once.
void set_memory(BuildRequest& request, const LearnerOptions& options, std::size_t samples, bool plastic) {
  request.tape = !options.gradients.empty();
  request.held_steps = request.tape ? options.trial.steps : std::min<std::int64_t>(options.trial.steps, 64);
  request.held_samples = plastic && !request.tape ? 1 : options.batch;
  if (!request.tape) return;
  const std::size_t batch = options.gradients[0].batch;
  std::size_t parts = 1;
  for (const GradientOptions& g : options.gradients) parts = std::max(parts, g.parts());
  request.held_samples = parts * (batch == 0 ? samples : std::min(batch, samples));
}

template <class Real>
std::unique_ptr<AnyLearner> make(const config::Table& tree, const std::string& name, const Run& run, const Data& data,
                                 const Seeds& seeds, std::size_t threads, const std::string& folder,
                                 const std::vector<NodeEntry>& nodes, const data::Split& split) {
  const std::size_t errors = tree.diagnostics().size();
  LearnerOptions o;
  o.name = name;
  o.seed = seeds.order;
  o.dt = run.dt;
  o.threads = threads;
  o.batch = 64;
  o.trial = Trial::read(tree, run.dt);
  o.augment = data.augment;
  const LearnTable learn = read_learn(tree);
  bool loss_fits = true, labels = learn.gradients.empty();
  for (const GradientEntry& g : learn.gradients) {
    o.gradients.push_back(GradientOptions::read(g.name, g.table));
    GradientOptions& options = o.gradients.back();
    options.trains = [edges = g.edges](std::string_view name) {
      return std::any_of(edges.begin(), edges.end(), [&](const std::string& edge) { return is_part_of(name, edge); });
    };
    labels = labels || options.target == GradientOptions::Target::label;
    loss_fits = check_loss(g.table, options, data.dataset) && loss_fits;
  }
  const GradientOptions* const gradient = o.gradients.empty() ? nullptr : &o.gradients[0];
  if (gradient && o.gradients.back().target == GradientOptions::Target::input)
    o.outputs = LearnerOptions::Outputs::inputs_again;
  else if (!labels)
    o.outputs = LearnerOptions::Outputs::new_samples;
  const bool classes = data.dataset.classification() && labels;
  std::vector<std::string> processes;
  for (const auto& [process, entry] : learn.processes) processes.push_back(process);
  for (const GradientEntry& g : learn.gradients) processes.push_back(g.name);
  if (processes.empty() && !learn.unclear)
    tree.error("learn",
               "nothing learns: write [learn], like learn.bp = { rule = \"backprop\", ... }, or `classical`; to "
               "simulate without learning leave out `data`");
  if (processes.empty()) {
    if (const auto predict = tree.table("predict")) predict->skip();
    if (const config::Value* phases = tree.take("phase")) (void)phases;
  } else {
    o.predict = read_predict(tree, gradient, classes);
    o.phases = read_phases(tree, processes, o.predict, gradient ? gradient->stop.epochs : 1, !split.validation.empty());
  }
  BuildRequest request{
      tree,           seeds.init,         run.dt, o.trial.rest > 0 ? o.trial.show : 0,
      o.trial.resets, data.dataset.shape, folder, [&](const std::string& edge) { return learn.trains(edge); },
      &nodes};
  request.tokens = data.dataset.tokens;
  request.targets = data.dataset.classification() ? data.dataset.classes : data.dataset.targets;
  set_memory(request, o, split.train.size(), !learn.processes.empty());
  double memory = 0;
  request.bytes = &memory;
  auto network = build_network<Real>(request);
  const bool whole = is_whole(tree, *network);
  std::vector<std::unique_ptr<Process<Real>>> made;
  for (const auto& [process, entry] : learn.processes) {
    if (const config::Value* every = entry.peek("every"); every && every->text == "step" && gradient)
      entry.error("every", "weights cannot change at every step while a gradient is taken of the trial");
    auto p = whole ? make_process<Real>(entry, *network, run.dt) : nullptr;
    if (p && p->every() > 0)
      entry.error("every", "a time is for simulations; what learns from data acts at every \"trial\"");
    if (p)
      made.push_back(std::move(p));
    else
      entry.skip();
  }
  put_in_order(made);
  check_targets<Real>(made, tree.diagnostics());
  const bool assigned = o.predict.kind == Predict::Kind::assigned_rate;
  bool checked = false;
  for (std::size_t k = 0; k < o.gradients.size(); ++k) {
    const GradientOptions& g = o.gradients[k];
    if (loss_fits) check_target(tree, *network, g, data.dataset, learn.gradients[k].table);
    checked = checked || (g.of == o.predict.of && !assigned);
    if (g.loss && g.loss->name() == "cross_entropy") check_logits(tree, *network, g.of, "softmax");
    if (g.loss && g.loss->name() == "binary_cross_entropy") check_logits(tree, *network, g.of, "sigmoid");
  }
  const bool binary = gradient && gradient->loss && gradient->loss->binary();
  if (!o.predict.of.empty() && !checked && (labels || assigned))
    check_output(tree, *network, o.predict.of, assigned, binary, data.dataset, *tree.table("predict"));
  else if (!o.predict.of.empty() && !checked)
    check_node(tree, *network, o.predict.of, *tree.table("predict"));
  check_retry(tree, *network, o.trial.retry);
  if (gradient && o.trial.retry.fewer > 0) check_single_samples(*tree.table("trial")->table("retry"), *network);
  if (gradient && !o.trial.resets)
    tree.table("trial")->error("reset",
                               "a gradient goes back to the start of a trial and no further: each must start anew");
  if (tree.diagnostics().size() != errors) return nullptr;
  for (auto& e : network->sparse) e->make_list();
  make_weights(*network);
  return std::make_unique<LearnerOf<Real>>(
      std::make_unique<Learner<Real>>(std::move(network), std::move(made), std::move(o), data.dataset, split), memory);
}

}  // namespace

std::unique_ptr<AnyLearner> make_learner(const config::Table& tree, const std::string& name, const Run& run,
                                         const Data& data, const Seeds& seeds, std::size_t threads,
                                         const std::string& folder, const std::vector<NodeEntry>& nodes,
                                         const data::Split* split) {
  const data::Split& of = split ? *split : data.split;
  if (tree.has("classical")) return make_classical(tree, name, data, of, threads);
  return run.double_precision ? make<double>(tree, name, run, data, seeds, threads, folder, nodes, of)
                              : make<float>(tree, name, run, data, seeds, threads, folder, nodes, of);
}

}  // namespace cajal::app
