#include "app/learning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/check_layers.hpp"
#include "app/check_learner.hpp"
#include "app/classical.hpp"
#include "app/learn_table.hpp"
#include "app/network_subject.hpp"
#include "app/weights.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"

namespace cajal::app {

namespace {

template <class Real>
class LearnerOf final : public AnyLearner {
 public:
  LearnerOf(std::unique_ptr<Learner<Real>> learner, double memory, std::vector<LearningProcess> learning)
      : learner_(std::move(learner)), memory_(memory), learning_(std::move(learning)) {}

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
  std::vector<LearningProcess> learning_processes() const override { return learning_; }

 private:
  std::unique_ptr<Learner<Real>> learner_;
  double memory_;
  std::vector<LearningProcess> learning_;
};

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
  request.feedback = [&](const std::string& edge) { return learn.feedback(edge); };
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
  if (whole)
    for (const GradientEntry& g : learn.gradients) check_feedback(*network, g);
  if (gradient && !o.trial.resets)
    tree.table("trial")->error("reset",
                               "a gradient goes back to the start of a trial and no further: each must start anew");
  if (tree.diagnostics().size() != errors) return nullptr;
  for (auto& e : network->sparse) e->make_list();
  make_weights(*network);
  std::vector<LearningProcess> learning;
  for (const auto& p : made) learning.push_back(learning_process(*p));
  for (const GradientEntry& g : learn.gradients) learning.push_back(learning_process(g, *network, o.trial.steps));
  return std::make_unique<LearnerOf<Real>>(
      std::make_unique<Learner<Real>>(std::move(network), std::move(made), std::move(o), data.dataset, split), memory,
      std::move(learning));
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
