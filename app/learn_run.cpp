// Runs learners, one after the other or side by side, and puts together what came of it.

#include "app/learn_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "analysis/paired.hpp"
#include "app/parts.hpp"
#include "app/prediction_measures.hpp"
#include "app/provenance.hpp"
#include "app/recorded.hpp"
#include "app/report.hpp"
#include "app/subject.hpp"
#include "sim/parallel/team.hpp"

namespace cajal::app {

namespace {

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

/// One learner of one seed.
struct Job {
  const LearnerPlan* learner;
  std::uint64_t seed;
  std::string part;  ///< name of its part
  std::string failure = {};
  bool ran = false;  ///< to its end, or to its failure
  double seconds = 0;
  std::vector<Measured> rows = {};
};

class LearnersRun {
 public:
  LearnersRun(Experiment& e, const Settings& settings, Terminal& terminal, const LearnPlan& plan,
              std::unique_lock<std::mutex>& lock)
      : e_(e), settings_(settings), terminal_(terminal), plan_(plan), data_(*plan.data), lock_(lock) {
    for (const std::uint64_t seed : plan.compare.seeds)
      for (const LearnerPlan& learner : plan.learners)
        jobs_.push_back({&learner, seed, fmt::format("{}.{}", learner.name, seed)});
  }

  int run() {
    const std::string path = e_.result_path(settings_);
    const record::ResultFile file =
        record::ResultFile::create(path, settings_.force || (settings_.resume && is_interrupted(path)));
    if (plan_.comparison) begin_parts();
    try {
      record::Provenance provenance = provenance_of(e_, settings_);
      file.provenance(provenance);
      write_data(file, data_);
      file.flush();
      provenance.build_seconds = seconds();
      if (plan_.comparison)
        run_parts(file);
      else
        run_single(file);
      return finish(file, provenance);
    } catch (const OutputError& error) {
      throw FailedRun(error.what());
    }
  }

 private:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }

  std::string title(const Job& job) const {
    return plan_.compare.seeds.size() > 1 ? fmt::format("{} (seed {})", job.learner->name, job.seed)
                                          : job.learner->name;
  }

  std::unique_ptr<AnyLearner> make(const Job& job, const data::Split& split) const {
    const LearnerPlan& l = *job.learner;
    auto learner = make_learner(l.tree, l.name, l.run, data_, plan_.compare.seeds_of(job.seed, e_.run), threads_,
                                e_.folder(), l.nodes, &split);
    config::raise(e_.diagnostics);
    learner->set_budget(plan_.compare.budget);
    return learner;
  }

  void run_single(const record::ResultFile& file) {
    threads_ = settings_.team();
    run_job(jobs_.front(), file);
  }

  void begin_parts() {
    parts_.emplace(settings_.out, e_.result.empty() ? e_.run.name : e_.result,
                   fmt::format("# {}\n# data: {}\n{}", version_text(), settings_.data_folder, config::write(e_.root)),
                   "runs");
    parts_->begin(settings_.resume, settings_.force);
  }

  void run_parts(const record::ResultFile& file) {
    double memory = 0;
    for (const LearnerPlan& l : plan_.learners) memory = std::max(memory, l.memory);
    const std::size_t beside = side_by_side(jobs_.size(), memory, settings_.team());
    threads_ = std::max<std::size_t>(1, settings_.team() / beside);
    {
      const Unlocked unlocked(lock_);
      std::atomic<std::size_t> next{0};
      Team team(beside);
      team.run([&](std::size_t) {
        try {
          for (std::size_t k = next++; k < jobs_.size() && !stop_requested(); k = next++) run_part(jobs_[k]);
        } catch (...) {
          next = jobs_.size();
          throw;
        }
      });
    }
    for (const Job& job : jobs_)
      if (job.ran) file.group(fmt::format("runs/{}/{}", job.learner->name, job.seed)).adopt(parts_->path(job.part));
  }

  void run_part(Job& job) {
    const std::string path = parts_->path(job.part);
    {
      const std::lock_guard lock(*lock_.mutex());
      if (take_finished(job, path)) return;
    }
    std::optional<record::ResultFile> file;
    {
      const std::lock_guard lock(*lock_.mutex());
      file.emplace(record::ResultFile::create(path, true));
    }
    run_job(job, *file);
    const std::lock_guard lock(*lock_.mutex());
    write_measures(*file, job.rows);
    file->finish(stop_requested()       ? record::Status::interrupted
                 : !job.failure.empty() ? record::Status::failed
                                        : record::Status::complete);
  }

  /// What an earlier run finished.
  bool take_finished(Job& job, const std::string& path) const {
    try {
      const record::ResultReader reader(path);
      const std::string status = reader.attribute<std::string>("/", "status");
      if (status != "complete" && status != "failed") return false;
      job.rows = read_measured(reader);
      if (reader.has_attribute("/", "failure")) job.failure = reader.attribute<std::string>("/", "failure");
      if (reader.has("/timing/epoch_seconds"))
        for (const double s : reader.read<double>("/timing/epoch_seconds").values) job.seconds += s;
      return job.ran = true;
    } catch (const DataError&) {
      return false;
    }
  }

  void write_usage(const record::Group& group, const Job& job) const {
    const Usage& usage = job.learner->usage;
    const Seeds seeds = plan_.compare.seeds_of(job.seed, e_.run);
    group.attribute("selection", usage.selection);
    if (!usage.why.empty()) group.attribute("selection_note", usage.why);
    group.attribute("labels_used", usage.labels);
    group.attribute("samples_used", usage.samples);
    group.attribute("split_hash", data_.split.hash());
    group.attribute("seed_init", seeds.init);
    group.attribute("seed_order", seeds.order);
  }

  void run_job(Job& job, const record::Group& group) {
    std::unique_ptr<AnyLearner> learner;
    {
      const std::unique_lock lock = guard();
      learner = make(job, data_.split);
      write_usage(group, job);
      learner->write_weights(group, "initial");
    }
    const std::string name = title(job);
    try {
      {
        const std::unique_ptr<Unlocked> unlocked = let_others();
        const auto& record = learner->run([&](const Progress& p) { terminal_.progress(name, p); }, stop_requested());
        if (!record.stopped.empty()) terminal_.line(fmt::format("{}: stopped early: {}", name, record.stopped));
      }
      {
        const std::unique_lock lock = guard();
        write_learner(group, *learner, data_);
      }
      for (const EpochRecord& epoch : learner->record().epochs) job.seconds += epoch.seconds;
      job.rows = measure(*learner, job.seed, plan_.measures, data_);
      Findings found;
      {
        const std::unique_ptr<Unlocked> unlocked = let_others();
        found = ask(job, *learner);
      }
      for (const std::string& what : found.left_out) terminal_.line(fmt::format("{}: {}", name, what));
      const std::unique_lock lock = guard();
      write_findings(group, found);
      write_learning_seconds(group, *learner, found.rows);
      job.rows.insert(job.rows.end(), found.rows.begin(), found.rows.end());
    } catch (const NumericalError& error) {
      job.failure = error.what();
      job.rows.clear();
      const std::unique_lock lock = guard();
      group.attribute("failure", error.what());
    }
    job.ran = true;
  }

  /// Wall time to the accuracy that was asked for.
  void write_learning_seconds(const record::Group& group, const AnyLearner& learner,
                              const std::vector<Measured>& rows) const {
    for (const Measured& m : rows) {
      if (m.measure != "learning_speed") continue;
      double sum = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(m.n); ++i) sum += learner.record().epochs[i].seconds;
      group.timing().write("learning_speed_seconds", std::vector<double>{sum}, {1},
                           {"s", "training until the accuracy that learning_speed asks for"});
    }
  }

  /// Parts run without the lock and take it for files; a single run has it and lends it out.
  std::unique_lock<std::mutex> guard() {
    return plan_.comparison ? std::unique_lock(*lock_.mutex()) : std::unique_lock<std::mutex>();
  }
  std::unique_ptr<Unlocked> let_others() { return plan_.comparison ? nullptr : std::make_unique<Unlocked>(lock_); }

  /// What is measured of a learner that has learned.
  Findings ask(const Job& job, AnyLearner& learner) {
    // Before others ask: so the noise is that of the same trials, whatever they do.
    Findings found = ask_subject(plan_.measures.of_subjects, learner, job.seed, data_);
    // What nobody asked for is not missed.
    if (plan_.measures.by_default) found.left_out.clear();
    if (!stop_requested()) found.add(interpret(plan_.interpretation, learner, job.seed, data_));
    if (plan_.fits.any() && !stop_requested())
      found.add(take_fit_measures(plan_.fits, learner, job.seed, data_, [&](const data::Split& split) {
        const std::unique_lock lock(*lock_.mutex());
        return make(job, split);
      }));
    return found;
  }

  /// What is read from the result as it stands: the same that `cajal analyze` reads.
  std::vector<Measured> measure_result(const record::ResultFile& file) const {
    if (plan_.measures.of_results.empty()) return {};
    file.flush();
    const analysis::Recorded recorded =
        read_recorded(record::ResultReader(file.being_written()), plan_.measures.needs_weights);
    Findings all;
    for (const auto& take : plan_.measures.of_results) all.add(take(recorded));
    for (const std::string& what : all.left_out) terminal_.line(what);
    write_findings(file, all);
    return std::move(all.rows);
  }

  /// What one learner made, seen by another: both as they stand in the result.
  std::vector<Measured> measure_pairs(const record::ResultFile& file) const {
    std::vector<Measured> rows;
    const auto& asked = plan_.interpretation.generated;
    if (!asked) return rows;
    file.flush();
    const record::ResultReader reader(file.being_written());
    for (const Job& of : jobs_)
      for (const Job& by : jobs_) {
        const bool pair = of.learner->name == asked->of && by.learner->name == asked->by && of.seed == by.seed;
        if (!pair || !of.ran || !by.ran || !of.failure.empty() || !by.failure.empty()) continue;
        const auto place = [&](const Job& job) {
          return plan_.comparison ? fmt::format("/runs/{}/{}/", job.learner->name, job.seed) : std::string("/");
        };
        const std::unique_ptr<AnyLearner> classifier = make(by, data_.split);
        classifier->read_weights(reader, place(by), "final");
        for (Measured& m : measure_generated(reader, place(of), of.learner->name, *classifier, of.seed, data_))
          rows.push_back(std::move(m));
      }
    return rows;
  }

  /// Whether what is said to be equal is.
  void tell_match(const record::ResultFile& file, const std::vector<Measured>& rows) const {
    if (plan_.compare.match.empty()) return;
    const std::string measure = plan_.compare.match == "parameters" ? "parameters" : "operations_effective";
    std::vector<std::pair<std::string, double>> values;
    for (const LearnerPlan& l : plan_.learners)
      if (const auto c = cell(l.name, measure, "", rows)) values.emplace_back(l.name, c->value);
    bool holds = true;
    const std::string text = match_text(plan_.compare, values, holds);
    file.attribute("match", text);
    file.attribute("match_holds", holds);
    terminal_.line(holds ? text : "warning: " + text);
  }

  /// What was decided on test data is told where everybody looks.
  void tell_selection(const record::ResultFile& file) const {
    std::string how = "none", why;
    for (const LearnerPlan& l : plan_.learners) {
      const Usage& usage = l.usage;
      if (how != "test" && usage.selection != "none") how = usage.selection;
      if (usage.selection == "test") why += fmt::format("{}{}: {}", why.empty() ? "" : "; ", l.name, usage.why);
    }
    file.attribute("selection", how);
    if (why.empty()) return;
    file.attribute("selection_note", why);
    const std::string text = "warning: test accuracies are none, test data were used to learn or to choose: " + why;
    file.log(text);
    terminal_.line(text);
  }

  int finish(const record::ResultFile& file, record::Provenance& provenance) {
    std::vector<Measured> rows;
    std::string failures;
    std::size_t failed = 0;
    for (const Job& job : jobs_) {
      rows.insert(rows.end(), job.rows.begin(), job.rows.end());
      if (job.failure.empty()) continue;
      ++failed;
      failures +=
          fmt::format("{}{} (seed {}): {}", failures.empty() ? "" : "\n", job.learner->name, job.seed, job.failure);
    }
    const bool interrupted = stop_requested();
    if (!interrupted)
      for (Measured& m : measure_pairs(file)) rows.push_back(std::move(m));
    for (Measured& m : measure_result(file)) rows.push_back(std::move(m));
    for (Measured& m : analysis::paired_differences(rows)) rows.push_back(std::move(m));
    write_measures(file, rows);
    tell_selection(file);
    tell_match(file, rows);
    provenance.wall_seconds = seconds();
    provenance.run_seconds = *provenance.wall_seconds - *provenance.build_seconds;
    provenance.peak_memory = record::peak_memory();
    file.provenance(provenance);
    file.finish(interrupted              ? record::Status::interrupted
                : failed == jobs_.size() ? record::Status::failed
                                         : record::Status::complete);
    if (parts_ && !interrupted) parts_->remove();
    if (!settings_.quiet) tell(rows, *provenance.wall_seconds, interrupted);
    if (failed > 0) throw NumericalError(failures);
    return interrupted ? 130 : 0;
  }

  void tell(const std::vector<Measured>& rows, double wall, bool interrupted) const {
    std::vector<std::string> names;
    std::vector<TrainingTime> times;
    for (const Job& job : jobs_) {
      if (std::find(names.begin(), names.end(), job.learner->name) == names.end()) names.push_back(job.learner->name);
      if (job.ran && job.failure.empty()) times.push_back({job.learner->name, job.seconds});
    }
    terminal_.result("\n" + analysis::table_text(comparison(names, rows, times), {}));
    terminal_.line(fmt::format("wrote {} in {:.1f} s{}", e_.result_path(settings_), wall,
                               !interrupted       ? ""
                               : plan_.comparison ? ", interrupted; --resume goes on"
                                                  : ", interrupted"));
    report_run(e_.result_path(settings_), terminal_);
  }

  Experiment& e_;
  const Settings& settings_;
  Terminal& terminal_;
  const LearnPlan& plan_;
  const Data& data_;
  std::unique_lock<std::mutex>& lock_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::vector<Job> jobs_;
  std::size_t threads_ = 1;
  std::optional<Parts> parts_;
};

}  // namespace

int run_learners(Experiment& experiment, const Settings& settings, Terminal& terminal, const LearnPlan& plan,
                 std::unique_lock<std::mutex>& lock) {
  return LearnersRun(experiment, settings, terminal, plan, lock).run();
}

}  // namespace cajal::app
