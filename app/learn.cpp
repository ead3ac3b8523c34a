#include <fmt/format.h>

#include <mutex>

#include "app/experiment.hpp"
#include "app/learn_run.hpp"
#include "app/subject.hpp"
#include "models/equations/entry.hpp"
#include "sim/config/text.hpp"
#include "sim/memory.hpp"

namespace cajal::app {

namespace {

constexpr const char* no_duration = "is for simulations; with data the phases say how long a run is";

/// What only one kind of config reads.
void refuse_strangers(const config::Table& root) {
  if (root.take("record"))
    root.error("record", "is for simulations; the result of a learner holds its activity, predictions and weights");
  if (root.take("environment"))
    root.error("environment", "is for simulations: a network learns from it while it runs, without `data`");
  if (const auto run = root.table("run"))
    if (run->take("duration")) run->error("duration", no_duration);
  if (!root.has("learner")) return;
  for (const char* key : {"node", "edge", "learn", "classical", "trial", "predict", "phase"})
    if (root.take(key))
      root.error(key,
                 "stands beside [learner], where each learner has its own: move it into one, or take [learner] away");
}

/// Phases whose part of the data is empty.
void check_phases(const config::Table& tree, const LearnerOptions& options, const Data& data) {
  const auto tables = tree.list("phase");
  for (std::size_t i = 0; i < options.phases.size(); ++i) {
    const Phase& p = options.phases[i];
    const bool train = p.part == Phase::Part::train, test = p.part == Phase::Part::test;
    if (!(train ? data.split.train : test ? data.split.test : data.split.validation).empty()) continue;
    const std::string text = fmt::format("there are no {} data: see `split` in [data]", train  ? "training"
                                                                                        : test ? "test"
                                                                                               : "validation");
    if (i < tables.size())
      tables[i].error("split", text);
    else
      tree.error("phase", fmt::format("phase \"{}\": {}", p.name, text));
  }
}

/// What a gradient needs of the parts of the data.
void check_training(const config::Table& tree, const LearnerOptions& options, const Data& data) {
  for (const GradientOptions& gradient : options.gradients) {
    const config::Table learn = *tree.table("learn")->table(gradient.name);
    if (gradient.monitors() && needs_validation(gradient.monitor) && data.split.validation.empty())
      learn.error("monitor", fmt::format("{} is looked at, but there are no validation data: see `split` in [data], or "
                                         "write monitor = \"loss\"",
                                         name(gradient.monitor)));
    if (gradient.monitor == Monitor::validation_accuracy && !data.dataset.classification())
      learn.error("monitor", "the data have no classes: there is no accuracy");
    const ClassWeights* const weights = gradient.loss->class_weights();
    if (!weights || !weights->balanced) continue;
    std::vector<bool> found(data.dataset.classes);
    for (const std::uint32_t sample : data.split.train)
      found[static_cast<std::size_t>(data.dataset.last_label(sample))] = true;
    for (std::size_t k = 0; k < found.size(); ++k)
      if (!found[k])
        learn.table("loss")->error("class_weights", fmt::format("class {} has no training sample to weigh", k));
  }
}

using Learners = std::vector<std::unique_ptr<AnyLearner>>;

/// Builds each learner once, so that what is wrong with it is told and what it takes is known.
Learners plan_learners(const Experiment& e, const config::Table& root, LearnPlan& plan, std::size_t threads,
                       const EquationsOptions& equations) {
  Learners out;
  const auto learners = root.tables("learner");
  if (root.has("learner") && learners.empty() && root.peek("learner")->members.empty())
    root.error("learner", "there is no learner in it, like [learner.mlp]");
  const std::vector<NodeEntry> shared = with_models(root, node_catalogue(), equations);
  const std::uint64_t seed = plan.compare.seeds.front();
  const auto add = [&](LearnerPlan learner) {
    out.push_back(make_learner(learner.tree, learner.name, learner.run, *plan.data, plan.compare.seeds_of(seed, e.run),
                               threads, e.folder(), learner.nodes));
    if (const auto& any = out.back()) {
      check_phases(learner.tree, any->options(), *plan.data);
      check_training(learner.tree, any->options(), *plan.data);
      learner.memory = any->memory();
      learner.parameters = any->parameters();
      learner.usage = usage_of(any->options(), plan.data->split, plan.data->dataset);
    }
    plan.learners.push_back(std::move(learner));
  };
  if (!root.has("learner")) add({e.run.name, root, e.run, shared});
  for (const auto& [name, tree] : learners) {
    if (const std::string wrong = config::wrong_name(name); !wrong.empty()) tree.error("", wrong);
    add({name, tree, learner_run(tree, e.run), with_models(tree, shared, equations)});
  }
  return out;
}

/// What is said to be equal must be, where that is known before the run.
void check_match(const config::Table& root, const LearnPlan& plan) {
  if (plan.compare.match != "parameters" || !root.diagnostics().empty()) return;
  std::vector<std::pair<std::string, double>> values;
  for (const LearnerPlan& l : plan.learners) values.emplace_back(l.name, static_cast<double>(l.parameters));
  bool holds = true;
  const std::string text = match_text(plan.compare, values, holds);
  if (!holds) root.table("compare")->error("match", text + "; `within` says how close they must be");
}

/// What the command line asks for that only other kinds of run have.
void check_resume(const Settings& settings, const LearnPlan& plan) {
  if (!settings.checkpoint_every.empty())
    throw Error("--checkpoint-every is for simulations; of a comparison every finished run is kept, for --resume");
  if (settings.resume && !plan.comparison)
    throw Error("--resume is for simulations, comparisons and sweeps: a single training starts anew");
}

Built built_of(const LearnPlan& plan, const Learners& learners, std::size_t threads) {
  Built b;
  const Data& data = *plan.data;
  b.memory = static_cast<double>(data.dataset.samples) * static_cast<double>(data.dataset.features) * sizeof(float);
  b.measures = plan.measures.names;
  b.classes = data.dataset.classification();
  const auto add = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  double largest = 0;
  for (const auto& learner : learners) {
    largest = std::max(largest, learner->memory());
    add(b.names, learner->options().name);
    for (const Phase& phase : learner->options().phases) {
      if (phase.part == Phase::Part::validation) add(b.validation, phase.name);
      if (phase.part == Phase::Part::test) add(b.test, phase.name);
    }
  }
  const std::size_t runs = plan.learners.size() * plan.compare.seeds.size();
  b.memory += largest * static_cast<double>(std::min(runs, threads));
  return b;
}

/// What each learner is made of, and what all will take of the memory.
void print_plan(const Experiment& e, const LearnPlan& plan, Learners& learners, std::size_t threads,
                Terminal& terminal) {
  const Data& data = *plan.data;
  terminal.result(fmt::format("{}\n", config::write(e.root)));
  terminal.result(fmt::format("data {}: {} train, {} validation, {} test samples of {} values\n", data.dataset.name,
                              data.split.train.size(), data.split.validation.size(), data.split.test.size(),
                              data.dataset.features));
  const double before = resident_memory();
  double buffers = 0;
  for (const auto& learner : learners) {
    const auto seeds = plan.compare.seeds.size();
    terminal.result(fmt::format("{}{}, {} parameters\n{}", learner->options().name,
                                seeds > 1 ? fmt::format(" ({} seeds)", seeds) : "", learner->parameters(),
                                learner->summary()));
    const auto memory = learner->measured_memory();
    if (!memory) continue;
    buffers = std::max(buffers, memory->buffers);
    terminal.result(fmt::format("memory: parameters {}, gradients and optimizer {}, buffers for {} {}\n",
                                bytes_text(memory->parameters), bytes_text(memory->training),
                                memory->batch == 1 ? "one sample" : fmt::format("{} samples", memory->batch),
                                bytes_text(memory->buffers)));
  }
  const std::size_t beside = std::min(threads, learners.size() * plan.compare.seeds.size());
  if (before > 0 && buffers > 0)
    terminal.result(fmt::format("memory of the run: about {}, data and program included\n",
                                bytes_text(before + buffers * static_cast<double>(beside))));
}

}  // namespace

int learn(Experiment& e, const Settings& settings, Terminal& terminal, bool dry, Shared& shared) {
  std::unique_lock lock(shared.files);
  if (config::Value* learners = e.root.find("learner"))
    for (auto& [name, tree] : learners->members) drop_inherited(tree, e.path);
  keep_learners(e.root, e.diagnostics);
  const config::Table root = e.table();
  if (!root.has("data")) {
    root.error("data", "missing: what the learners learn, like data = { source = \"digits\" }");
    config::raise(e.diagnostics);
  }
  refuse_strangers(root);
  LearnPlan plan;
  plan.comparison = root.has("learner");
  plan.compare = Compare::read(root, e.run);
  plan.measures = read_measures(root);
  plan.data = shared.data.load(root, settings, e.path, e.run.seed);
  // Without data nothing is known of the shapes that the networks must have.
  if (!plan.data) config::raise(e.diagnostics);
  const Data& data = *plan.data;
  fit_measures(plan.measures, root, data.dataset);
  read_further_measures(plan.measures, root, e.run.name, questions_of(data, e.run.seed, 0));
  plan.fits = FitMeasures::read(root, data);
  plan.interpretation = Interpretation::read(root, data);
  {
    Learners learners = plan_learners(e, root, plan, settings.team(), equations_options(terminal, dry));
    std::vector<const AnyLearner*> any;
    for (const auto& learner : learners) any.push_back(learner.get());
    plan.interpretation.check(root, any);
    check_match(root, plan);
    root.refuse_unused();
    config::raise(e.diagnostics);
    e.built = built_of(plan, learners, settings.team());
    if (dry && settings.dry_run) print_plan(e, plan, learners, settings.team(), terminal);
  }
  if (dry) return 0;
  check_resume(settings, plan);
  return run_learners(e, settings, terminal, plan, lock);
}

}  // namespace cajal::app
