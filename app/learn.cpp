#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <mutex>

#include "app/experiment.hpp"
#include "app/interpretation.hpp"
#include "app/learning.hpp"
#include "app/measures.hpp"
#include "app/provenance.hpp"
#include "app/recorded.hpp"
#include "app/report.hpp"
#include "app/subject.hpp"
#include "models/equations/entry.hpp"
#include "sim/config/text.hpp"
#include "sim/memory.hpp"
#include "sim/parallel/team.hpp"

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

/// One learner of one seed.
struct Job {
  std::string name, group;  ///< group: where its results stand, empty for the root
  std::uint64_t seed;
  std::unique_ptr<AnyLearner> learner;
  std::string failure;
  std::vector<Measured> interpreted = {};
};

struct Compare {
  std::vector<std::uint64_t> seeds;
  bool vary_init = true, vary_order = true;
};

Compare read_compare(const config::Table& root, const Run& run) {
  Compare c{{run.seed}, true, true};
  const auto table = root.table("compare");
  if (!table) return c;
  if (!root.has("learner")) root.error("compare", "there is nothing to compare: no [learner]");
  for (const char* key : {"seeds", "vary"}) table->take(key);
  if (table->has("seeds")) {
    c.seeds.clear();
    constexpr double exact = 9007199254740992.0;  // 2^53
    const std::size_t errors = table->diagnostics().size();
    for (double s : table->numbers("seeds", "")) {
      if (!(s >= 0 && s <= exact) || s != std::floor(s))
        table->error("seeds", fmt::format("expected whole numbers from 0 to {:.0f}, found {:g}", exact, s));
      else if (std::find(c.seeds.begin(), c.seeds.end(), static_cast<std::uint64_t>(s)) != c.seeds.end())
        table->error("seeds", fmt::format("names seed {:.0f} twice", s));
      else
        c.seeds.push_back(static_cast<std::uint64_t>(s));
    }
    if (c.seeds.empty() && table->diagnostics().size() == errors)
      table->error("seeds", "expected at least one seed, like [1, 2, 3]");
    if (c.seeds.empty()) c.seeds = {run.seed};
  }
  if (table->has("vary")) {
    c.vary_init = c.vary_order = false;
    if (const config::Value* v = table->peek("vary"); v->kind == config::Value::Kind::array && v->items.empty())
      table->error("vary", "names nothing: all seeds would give the same; allowed here: init, order");
    for (const std::string& what : table->texts("vary")) {
      if (what == "init")
        c.vary_init = true;
      else if (what == "order")
        c.vary_order = true;
      else
        table->error("vary", fmt::format("unknown name \"{}\"{} (weights; order of samples, and noise)", what,
                                         config::alternatives(what, {"init", "order"})));
    }
  }
  return c;
}

/// Of a learner's own `run`: the step and the precision. Names, seeds and data are the comparison's.
Run learner_run(const config::Table& tree, const Run& run) {
  Run r = run;
  for (const char* key : {"data", "preprocess", "augment", "measure"})
    if (tree.take(key)) tree.error(key, "is one for all learners of a comparison: it stands at the root");
  const auto table = tree.table("run");
  if (!table) return r;
  r.dt = table->quantity("dt", "ms", run.dt, config::positive);
  r.double_precision =
      table->choice("precision", {"float32", "float64"}, run.double_precision ? "float64" : "float32") == "float64";
  for (const char* key : {"seed", "name", "duration"})
    if (table->take(key))
      table->error(key, key == std::string_view("duration")
                            ? no_duration
                            : "is one for all learners of a comparison: it stands at the root");
  return r;
}

/// A learner that comes from a file of its own brings that file's data and seed along: the comparison's count instead.
void drop_inherited(config::Value& tree, const std::string& file) {
  const auto inherited = [&](const config::Value& v) { return v.at.file != file && v.at.line > 0; };
  for (const char* key : {"data", "preprocess", "augment", "measure"})
    if (const config::Value* v = tree.find(key); v && inherited(*v))
      std::erase_if(tree.members, [&](const auto& m) { return m.first == key; });
  if (config::Value* run = tree.find("run"))
    std::erase_if(run->members,
                  [&](const auto& m) { return (m.first == "seed" || m.first == "name") && inherited(m.second); });
}

/// Lets others at the files for as long as it lives.
class Unlocked {
 public:
  explicit Unlocked(std::unique_lock<std::mutex>& lock) : lock_(lock) { lock_.unlock(); }
  ~Unlocked() { lock_.lock(); }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  std::unique_lock<std::mutex>& lock_;
};

void run_job(Job& job, const record::ResultFile& file, const Data& data, const Interpretation& asked,
             Terminal& terminal, std::mutex& mutex) {
  const record::Group group = job.group.empty() ? record::Group(file) : file.group(job.group);
  try {
    {
      const std::lock_guard lock(mutex);
      job.learner->write_weights(group, "initial");
    }
    const auto& record = job.learner->run([&](const Progress& p) { terminal.progress(job.name, p); }, stop_requested());
    if (!record.stopped.empty()) terminal.line(fmt::format("{}: stopped early: {}", job.name, record.stopped));
    {
      const std::lock_guard lock(mutex);
      write_learner(group, *job.learner, data);
      file.flush();
    }
    Findings interpreted = interpret(asked, *job.learner, job.seed, data);
    for (const std::string& what : interpreted.left_out) terminal.line(fmt::format("{}: {}", job.name, what));
    const std::lock_guard lock(mutex);
    write_findings(group, interpreted);
    job.interpreted = std::move(interpreted.rows);
  } catch (const NumericalError& e) {
    job.failure = e.what();
    const std::lock_guard lock(mutex);
    group.attribute("failure", e.what());
  }
}

std::vector<Job> make_jobs(const Experiment& e, const config::Table& root, const Data& data, const Compare& compare,
                           std::size_t threads, const EquationsOptions& equations) {
  std::vector<Job> jobs;
  const auto learners = root.tables("learner");
  if (root.has("learner") && learners.empty() && root.peek("learner")->members.empty())
    root.error("learner", "there is no learner in it, like [learner.mlp]");
  const std::size_t count = std::max<std::size_t>(1, learners.size()) * compare.seeds.size();
  const std::size_t inner = std::max<std::size_t>(1, threads / count);
  const std::vector<NodeEntry> shared = with_models(root, node_catalogue(), equations);
  for (std::uint64_t seed : compare.seeds) {
    const Seeds seeds{compare.vary_init ? seed : e.run.seed, compare.vary_order ? seed : e.run.seed};
    const auto add = [&](const config::Table& tree, const std::string& name, const std::string& group, const Run& run,
                         std::size_t team, const std::vector<NodeEntry>& nodes) {
      jobs.push_back({name, group, seed, make_learner(tree, name, run, data, seeds, team, e.folder(), nodes), ""});
      if (!jobs.back().learner) return;
      check_phases(tree, jobs.back().learner->options(), data);
      check_training(tree, jobs.back().learner->options(), data);
    };
    if (!root.has("learner")) add(root, e.run.name, "", e.run, threads, shared);
    for (const auto& [name, tree] : learners) {
      if (const std::string wrong = config::wrong_name(name); !wrong.empty()) tree.error("", wrong);
      add(tree, name, fmt::format("runs/{}/{}", name, seed), learner_run(tree, e.run), inner,
          with_models(tree, shared, equations));
    }
  }
  return jobs;
}

Built built(const std::vector<Job>& jobs, const Data& data, const std::vector<std::string>& measures) {
  Built b;
  b.memory = static_cast<double>(data.dataset.samples) * static_cast<double>(data.dataset.features) * sizeof(float);
  b.measures = measures;
  b.classes = data.dataset.classification();
  const auto add = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const Job& job : jobs) {
    b.memory += job.learner->memory();
    add(b.names, job.name);
    for (const Phase& phase : job.learner->options().phases) {
      if (phase.part == Phase::Part::validation) add(b.validation, phase.name);
      if (phase.part == Phase::Part::test) add(b.test, phase.name);
    }
  }
  return b;
}

/// What each learner is made of, and what all will take of the memory.
void print_jobs(std::vector<Job>& jobs, Terminal& terminal) {
  const double before = resident_memory();
  double buffers = 0;
  for (Job& job : jobs) {
    terminal.result(fmt::format("{} (seed {}), {} parameters\n{}", job.name, job.seed, job.learner->parameters(),
                                job.learner->summary()));
    const auto memory = job.learner->measured_memory();
    if (!memory) continue;
    buffers += memory->buffers;
    terminal.result(fmt::format("memory: parameters {}, gradients and optimizer {}, buffers for {} {}\n",
                                bytes_text(memory->parameters), bytes_text(memory->training),
                                memory->batch == 1 ? "one sample" : fmt::format("{} samples", memory->batch),
                                bytes_text(memory->buffers)));
  }
  if (before > 0 && buffers > 0)
    terminal.result(
        fmt::format("memory of the run: about {}, data and program included\n", bytes_text(before + buffers)));
}

/// What is read from the result as it stands: the same that `cajal analyze` reads.
std::vector<Measured> measure_result(const record::ResultFile& file, const LearnerMeasures& measures,
                                     Terminal& terminal) {
  if (measures.of_results.empty()) return {};
  file.flush();
  const analysis::Recorded recorded = read_recorded(record::ResultReader(file.being_written()), measures.needs_weights);
  Findings all;
  for (const auto& take : measures.of_results) all.add(take(recorded));
  for (const std::string& what : all.left_out) terminal.line(what);
  write_findings(file, all);
  return std::move(all.rows);
}

int run_jobs(const Experiment& e, const Settings& settings, Terminal& terminal, const record::ResultFile& file,
             const Data& data, const LearnerMeasures& measures, const Interpretation& asked, std::vector<Job>& jobs,
             std::chrono::steady_clock::time_point started, std::unique_lock<std::mutex>& lock) {
  record::Provenance provenance = provenance_of(e, settings);
  file.provenance(provenance);
  write_data(file, data);
  file.flush();
  const double build = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();

  {
    const Unlocked unlocked(lock);
    std::atomic<std::size_t> next{0};
    Team team(std::min(settings.team(), jobs.size()));
    team.run([&](std::size_t) {
      for (std::size_t k = next++; k < jobs.size() && !stop_requested(); k = next++)
        run_job(jobs[k], file, data, asked, terminal, *lock.mutex());
    });
  }

  std::vector<Measured> rows;
  std::vector<const AnyLearner*> any;
  std::vector<std::string> names;
  std::string failures;
  for (const Job& job : jobs) {
    if (std::find(names.begin(), names.end(), job.name) == names.end()) names.push_back(job.name);
    any.push_back(job.learner.get());
    if (!job.failure.empty())
      failures += fmt::format("{}{} (seed {}): {}", failures.empty() ? "" : "\n", job.name, job.seed, job.failure);
    else
      for (Measured& m : measure(*job.learner, job.seed, measures, data)) rows.push_back(std::move(m));
    rows.insert(rows.end(), job.interpreted.begin(), job.interpreted.end());
  }
  if (asked.generated)
    for (const Job& of : jobs)
      for (const Job& by : jobs)
        if (of.name == asked.generated->of && by.name == asked.generated->by && of.seed == by.seed &&
            of.failure.empty() && by.failure.empty() && !stop_requested())
          for (Measured& m : measure_generated(*of.learner, *by.learner, of.seed, data)) rows.push_back(std::move(m));
  for (Measured& m : measure_result(file, measures, terminal)) rows.push_back(std::move(m));
  write_measures(file, rows);
  provenance.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  provenance.build_seconds = build;
  provenance.run_seconds = *provenance.wall_seconds - build;
  provenance.peak_memory = record::peak_memory();
  file.provenance(provenance);
  const bool interrupted = stop_requested();
  file.finish(interrupted         ? record::Status::interrupted
              : !failures.empty() ? record::Status::failed
                                  : record::Status::complete);
  if (!settings.quiet) {
    analysis::TableStyle style;
    terminal.result("\n" + analysis::table_text(comparison(names, rows, any), style));
    terminal.line(fmt::format("wrote {} in {:.1f} s{}", e.result_path(settings), *provenance.wall_seconds,
                              interrupted ? ", interrupted" : ""));
    report_run(e.result_path(settings), terminal);
  }
  if (!failures.empty()) throw NumericalError(failures);
  return interrupted ? 130 : 0;
}

}  // namespace

int learn(Experiment& e, const Settings& settings, Terminal& terminal, bool dry, Shared& shared) {
  const auto started = std::chrono::steady_clock::now();
  std::unique_lock lock(shared.files);
  if (config::Value* learners = e.root.find("learner"))
    for (auto& [name, tree] : learners->members) drop_inherited(tree, e.path);
  const config::Table root = e.table();
  if (!root.has("data")) {
    root.error("data", "missing: what the learners learn, like data = { source = \"digits\" }");
    config::raise(e.diagnostics);
  }
  refuse_strangers(root);
  const Compare compare = read_compare(root, e.run);
  LearnerMeasures measures = read_measures(root);
  const std::shared_ptr<const Data> loaded = shared.data.load(root, settings, e.path, e.run.seed);
  // Without data nothing is known of the shapes that the networks must have.
  if (!loaded) config::raise(e.diagnostics);
  const Data& data = *loaded;
  fit_measures(measures, root, data.dataset);
  read_further_measures(measures, root, e.run.name, questions_of(data, e.run.seed, 0));
  const Interpretation asked = Interpretation::read(root, data);
  std::vector<Job> jobs = make_jobs(e, root, data, compare, settings.team(), equations_options(terminal, dry));
  std::vector<const AnyLearner*> any;
  for (const Job& job : jobs) any.push_back(job.learner.get());
  asked.check(root, any);
  root.refuse_unused();
  config::raise(e.diagnostics);
  e.built = built(jobs, data, measures.names);
  if (dry) {
    if (!settings.dry_run) return 0;
    terminal.result(fmt::format("{}\n", config::write(e.root)));
    terminal.result(fmt::format("data {}: {} train, {} validation, {} test samples of {} values\n", data.dataset.name,
                                data.split.train.size(), data.split.validation.size(), data.split.test.size(),
                                data.dataset.features));
    print_jobs(jobs, terminal);
    return 0;
  }

  const record::ResultFile file = record::ResultFile::create(e.result_path(settings), settings.force);
  try {
    return run_jobs(e, settings, terminal, file, data, measures, asked, jobs, started, lock);
  } catch (const OutputError& error) {
    throw FailedRun(error.what());
  }
}

}  // namespace cajal::app
