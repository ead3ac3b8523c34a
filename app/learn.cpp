#include <fmt/format.h>

#include <chrono>
#include <mutex>

#include "app/experiment.hpp"
#include "app/learning.hpp"
#include "app/measures.hpp"
#include "app/provenance.hpp"
#include "sim/parallel/team.hpp"

namespace cajal::app {

namespace {

/// One learner of one seed.
struct Job {
  std::string name, group;  ///< group: where its results stand, empty for the root
  std::uint64_t seed;
  std::unique_ptr<AnyLearner> learner;
  std::string failure;
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
  if (table->has("seeds")) {
    c.seeds.clear();
    for (double s : table->numbers("seeds", "")) {
      if (s < 0 || s != static_cast<double>(static_cast<std::uint64_t>(s))) table->error("seeds", fmt::format("expected whole numbers from 0 on, found {:g}", s));
      else c.seeds.push_back(static_cast<std::uint64_t>(s));
    }
    if (c.seeds.empty()) table->error("seeds", "expected at least one seed, like [1, 2, 3]");
  }
  if (table->has("vary")) {
    c.vary_init = c.vary_order = false;
    for (const std::string& what : table->texts("vary")) {
      if (what == "init") c.vary_init = true;
      else if (what == "order") c.vary_order = true;
      else table->error("vary", fmt::format("unknown \"{}\"; allowed: \"init\" (weights), \"order\" (of samples, and noise)", what));
    }
  }
  return c;
}

/// Of a learner's own `run`: the step and the precision. Names, seeds and data are the comparison's.
Run learner_run(const config::Table& tree, const Run& run) {
  Run r = run;
  if (tree.has("data")) tree.error("data", "a learner of a comparison has the comparison's data");
  const auto table = tree.table("run");
  if (!table) return r;
  r.dt = table->quantity("dt", "ms", run.dt, config::positive);
  if (table->has("precision")) r.double_precision = table->choice("precision", {"float32", "float64"}, "float32") == "float64";
  return r;
}

/// A learner that comes from a file of its own brings that file's data and seed along: the comparison's count instead.
void drop_inherited(config::Value& tree, const std::string& file) {
  const auto inherited = [&](const config::Value& v) { return v.at.file != file && v.at.line > 0; };
  for (const char* key : {"data", "preprocess"})
    if (const config::Value* v = tree.find(key); v && inherited(*v)) std::erase_if(tree.members, [&](const auto& m) { return m.first == key; });
  if (config::Value* run = tree.find("run"))
    std::erase_if(run->members, [&](const auto& m) { return (m.first == "seed" || m.first == "name") && inherited(m.second); });
}

void run_job(Job& job, const record::ResultFile& file, const Data& data, Terminal& terminal, std::mutex& mutex) {
  const record::Group group = job.group.empty() ? record::Group(file) : file.group(job.group);
  try {
    {
      const std::lock_guard lock(mutex);
      job.learner->write_weights(group, "initial");
    }
    const auto& record = job.learner->run([&](const Progress& p) { terminal.progress(job.name, p); }, stop_requested());
    if (!record.stopped.empty()) terminal.line(fmt::format("{}: stopped early: {}", job.name, record.stopped));
    const std::lock_guard lock(mutex);
    write_learner(group, *job.learner, data);
  } catch (const NumericalError& e) {
    job.failure = e.what();
    const std::lock_guard lock(mutex);
    group.attribute("failure", e.what());
  }
}

std::vector<Job> make_jobs(const Experiment& e, const config::Table& root, const Data& data, const Compare& compare, std::size_t threads) {
  std::vector<Job> jobs;
  const auto learners = root.tables("learner");
  const std::size_t count = std::max<std::size_t>(1, learners.size()) * compare.seeds.size();
  const std::size_t inner = std::max<std::size_t>(1, threads / count);
  for (std::uint64_t seed : compare.seeds) {
    const Seeds seeds{compare.vary_init ? seed : e.run.seed, compare.vary_order ? seed : e.run.seed};
    if (learners.empty()) jobs.push_back({e.run.name, "", seed, make_learner(root, e.run.name, e.run, data, seeds, threads, e.folder()), ""});
    for (const auto& [name, tree] : learners)
      jobs.push_back({name, fmt::format("runs/{}/{}", name, seed), seed, make_learner(tree, name, learner_run(tree, e.run), data, seeds, inner, e.folder()), ""});
  }
  return jobs;
}

}  // namespace

int learn(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  const auto started = std::chrono::steady_clock::now();
  if (config::Value* learners = e.root.find("learner"))
    for (auto& [name, tree] : learners->members) drop_inherited(tree, e.path);
  const config::Table root = e.table();
  if (!root.has("data")) {
    root.error("data", "missing: what the learners learn, like data = { source = \"digits\" }");
    config::raise(e.diagnostics);
  }
  const Data data = Data::load(root, settings, e.path, e.run.seed);
  const Compare compare = read_compare(root, e.run);
  const std::vector<std::string> measures = read_measures(root);
  std::vector<Job> jobs = make_jobs(e, root, data, compare, settings.team());
  root.refuse_unused();
  config::raise(e.diagnostics);
  if (dry) {
    if (!settings.dry_run) return 0;
    terminal.result(fmt::format("{}\n", config::write(e.root)));
    terminal.result(fmt::format("data {}: {} train, {} validation, {} test samples of {} values\n", data.dataset.name, data.split.train.size(),
                                data.split.validation.size(), data.split.test.size(), data.dataset.features));
    for (const Job& job : jobs) terminal.result(fmt::format("{} (seed {}), {} parameters\n{}", job.name, job.seed, job.learner->parameters(), job.learner->summary()));
    return 0;
  }

  const record::ResultFile file = record::ResultFile::create(e.result_path(settings), settings.force);
  record::Provenance provenance = provenance_of(e, settings);
  file.provenance(provenance);
  write_data(file, data);
  const double build = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();

  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  Team team(std::min(settings.team(), jobs.size()));
  team.run([&](std::size_t) {
    for (std::size_t k = next++; k < jobs.size() && !stop_requested(); k = next++) run_job(jobs[k], file, data, terminal, mutex);
  });

  std::vector<Measured> rows;
  std::vector<const AnyLearner*> any;
  std::vector<std::string> names;
  std::string failures;
  for (const Job& job : jobs) {
    if (std::find(names.begin(), names.end(), job.name) == names.end()) names.push_back(job.name);
    any.push_back(job.learner.get());
    if (!job.failure.empty()) failures += fmt::format("{}{} (seed {}): {}", failures.empty() ? "" : "\n", job.name, job.seed, job.failure);
    else
      for (Measured& m : measure(*job.learner, job.seed, measures, data)) rows.push_back(std::move(m));
  }
  write_measures(file, rows);
  provenance.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  provenance.build_seconds = build;
  provenance.run_seconds = *provenance.wall_seconds - build;
  provenance.peak_memory = record::peak_memory();
  file.provenance(provenance);
  const bool interrupted = stop_requested();
  file.finish(interrupted ? record::Status::interrupted : !failures.empty() ? record::Status::failed : record::Status::complete);
  if (!settings.quiet) {
    analysis::TableStyle style;
    terminal.result("\n" + analysis::table_text(comparison(names, rows, any), style));
    terminal.line(fmt::format("wrote {} in {:.1f} s{}", e.result_path(settings), *provenance.wall_seconds, interrupted ? ", interrupted" : ""));
  }
  if (!failures.empty()) throw NumericalError(failures);
  return interrupted ? 130 : 0;
}

}  // namespace cajal::app
