// Runs the points of a sweep, each to a result of its own, and puts them together.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/experiment.hpp"
#include "app/parts.hpp"
#include "app/provenance.hpp"
#include "app/report.hpp"
#include "app/sweep_result.hpp"
#include "sim/config/draft.hpp"
#include "sim/parallel/team.hpp"

namespace cajal::app {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_quick = 4, most_faulty = 20;

class SweepRun {
 public:
  SweepRun(config::Value draft, std::string path, const Settings& settings, Terminal& terminal)
      : draft_(std::move(draft)), path_(std::move(path)), settings_(settings), terminal_(terminal) {}

  int run(bool dry) {
    read();
    if (dry) {
      if (settings_.dry_run) print_points();
      return 0;
    }
    if (!settings_.checkpoint_every.empty() && !built_.simulation)
      throw Error("--checkpoint-every is for simulations; of this sweep every finished point is kept, for --resume");
    const record::ResultFile file = record::ResultFile::create(
        result_path(), settings_.force || (settings_.resume && is_interrupted(result_path())));
    parts_.emplace(settings_.out, name_, identity(), "points");
    parts_->begin(settings_.resume, settings_.force);
    try {
      run_points();
      return finish(file);
    } catch (const OutputError& error) {
      throw FailedRun(error.what());
    }
  }

 private:
  /// Lays out the points and builds each once; throws all that is wrong with any of them.
  void read() {
    {
      std::vector<Diagnostic> diagnostics;
      const config::Table table(draft_, "", diagnostics);
      plan_ = read_sweep_plan(table, settings_.quick ? most_quick : std::size_t(-1));
      config::raise(diagnostics);
    }
    check_points();
    std::vector<Diagnostic> diagnostics;
    if (const config::Value* search = draft_.find("search"))
      plan_.search = config::Table(*search, "search", diagnostics);
    choice_ = read_choice(plan_, built_);
    config::raise(diagnostics);
  }

  Experiment experiment(std::size_t point) const {
    std::vector<Diagnostic> diagnostics;
    config::Value tree = point_draft(draft_, plan_, point, diagnostics);
    config::raise(diagnostics);
    return Experiment::of(config::resolve(std::move(tree), path_, settings_.data_folder), path_, settings_);
  }

  void check_points() {
    Settings quiet = settings_;
    quiet.quiet = true;
    quiet.dry_run = false;
    Terminal silent(true);
    std::map<std::string, std::pair<Diagnostic, std::vector<std::size_t>>> faults;
    std::size_t faulty = 0, looked = 0;
    for (std::size_t p = 0; p < plan_.points.size() && faulty < most_faulty; ++p, ++looked) {
      try {
        Experiment e = experiment(p);
        run_single(e, quiet, silent, true, shared_);
        const double memory = std::max(built_.memory, e.built.memory);
        if (p == 0) built_ = e.built, name_ = e.run.name, seed_ = e.run.seed, dt_ = e.run.dt;
        built_.memory = memory;
      } catch (const ConfigError& error) {
        ++faulty;
        for (const Diagnostic& d : error.diagnostics())
          faults.try_emplace(d.text(), d, std::vector<std::size_t>{}).first->second.second.push_back(p);
      }
    }
    std::vector<Diagnostic> diagnostics;
    for (auto& [text, fault] : faults) {
      auto& [diagnostic, points] = fault;
      // Of what is wrong at a swept value the place says all.
      if (points.size() < looked && !is_swept(diagnostic.at))
        diagnostic.message += fmt::format(" (with {})", plan_.label(points.front()));
      diagnostics.push_back(diagnostic);
    }
    config::raise(std::move(diagnostics));
  }

  bool is_swept(const Position& at) const {
    const auto same = [&](const Position& other) {
      return at.line > 0 && at.file == other.file && at.line == other.line && at.column == other.column;
    };
    return std::any_of(plan_.axes.begin(), plan_.axes.end(), [&](const SweepAxis& axis) {
      return same(axis.at) || std::any_of(axis.values.begin(), axis.values.end(),
                                          [&](const config::Value& value) { return same(value.at); });
    });
  }

  void print_points() const {
    std::string text = config::write(draft_) + "\n";
    for (std::size_t p = 0; p < plan_.points.size(); ++p)
      text += fmt::format("point {}: {}\n", plan_.name(p), plan_.label(p));
    text += fmt::format("{} points, {} at a time", plan_.points.size(), beside());
    if (plan_.settings < plan_.points.size()) text += fmt::format(", {} settings", plan_.settings);
    if (!choice_.measure.empty())
      text += fmt::format("; chosen by {} ({} is better)", choice_.measure, choice_.higher ? "higher" : "lower");
    if (!choice_.note.empty()) text += "\n" + choice_.note;
    terminal_.result(text + "\n");
  }

  std::string result_path() const { return (fs::path(settings_.out) / (name_ + ".h5")).string(); }
  std::string part(std::size_t point) const { return parts_->path(plan_.name(point)); }

  /// What all points must share with those that an earlier run finished.
  std::string identity() const {
    return fmt::format("# {}\n# data: {}\n# {}\n{}", version_text(), settings_.data_folder,
                       settings_.quick ? "quick" : "whole", config::write(draft_));
  }

  /// Simulations have the whole team, one after the other; learners a thread each, as many as there is memory for.
  std::size_t beside() const {
    return built_.simulation ? 1 : side_by_side(plan_.points.size(), built_.memory, settings_.team());
  }

  void run_points() {
    const std::size_t beside = this->beside();
    Settings settings = settings_;
    settings.out = parts_->folder();
    settings.threads = std::max<std::size_t>(1, settings_.team() / beside);
    settings.quiet = settings.force = true;
    settings.resume = false;
    std::atomic<std::size_t> next{0};
    Team team(beside);
    team.run([&](std::size_t) {
      try {
        for (std::size_t p = next++; p < plan_.points.size() && !stop_requested(); p = next++) run_point(p, settings);
      } catch (...) {
        next = plan_.points.size();
        throw;
      }
    });
  }

  void run_point(std::size_t point, Settings settings) {
    Terminal silent(true);
    std::optional<Experiment> e;
    {
      const std::lock_guard lock(shared_.files);
      if (read_point(part(point)).state != "not run") return;
      e = experiment(point);
      e->result = plan_.name(point);
      std::error_code ignored;
      const std::string saved = fs::path(part(point)).replace_extension(".checkpoint.h5").string();
      settings.resume = settings_.resume && fs::exists(saved, ignored);
    }
    try {
      run_single(*e, settings, built_.simulation ? terminal_ : silent, false, shared_);
    } catch (const NumericalError&) {
      // Its result says so, and the others go on.
    }
    const std::lock_guard lock(shared_.files);
    const SweepPoint done = read_point(part(point));
    if (done.state == "not run") return;
    std::string figure = done.state == "failed" ? "failed: " + done.failure : "";
    if (figure.empty() && !choice_.measure.empty()) {
      const std::vector<std::size_t> setting{0};
      const analysis::SweepTable::Column column{choice_.of, choice_.measure, {}, {}};
      const double value = setting_values(setting, 1, {done.rows}, choice_.of, choice_.measure).front();
      figure = choice_.measure + " " + analysis::printed(column, value, true);
    }
    terminal_.line(fmt::format("point {} of {}: {}{}{}", plan_.name(point), plan_.points.size(), plan_.label(point),
                               figure.empty() ? "" : ": ", figure));
  }

  int finish(const record::ResultFile& file) {
    std::vector<SweepPoint> points;
    for (std::size_t p = 0; p < plan_.points.size(); ++p) points.push_back(read_point(part(p)));
    const auto are = [&](const char* state) {
      return static_cast<std::size_t>(
          std::count_if(points.begin(), points.end(), [&](const SweepPoint& p) { return p.state == state; }));
    };
    record::Provenance provenance = record_of_run();
    const auto chosen = write_sweep(file, plan_, choice_, points, parts_->folder());
    provenance.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    provenance.peak_memory = record::peak_memory();
    file.provenance(provenance);
    const bool interrupted = are("not run") > 0, all_failed = are("failed") == points.size();
    file.finish(interrupted  ? record::Status::interrupted
                : all_failed ? record::Status::failed
                             : record::Status::complete);
    std::string best;
    if (chosen && !interrupted) {
      best = (fs::path(settings_.out) / (name_ + ".best.toml")).string();
      write_best(part(*chosen), name_, fs::path(path_).parent_path().string(),
                 fmt::format("# Point {} of the sweep {}, chosen by {}: {}\n\n", plan_.name(*chosen), path_,
                             choice_.measure, plan_.label(*chosen)),
                 best);
    }
    if (!interrupted) parts_->remove();
    if (!settings_.quiet) tell(*provenance.wall_seconds, best, interrupted);
    if (all_failed) throw NumericalError("every point failed; the first: " + points.front().failure);
    return interrupted ? 130 : 0;
  }

  record::Provenance record_of_run() const {
    Experiment e;
    e.root = draft_;
    e.run.name = name_;
    e.run.seed = seed_;
    e.run.dt = dt_;
    std::ifstream in(path_, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    e.source = text.str();
    return provenance_of(e, settings_);
  }

  void tell(double seconds, const std::string& best, bool interrupted) const {
    terminal_.result("\n" + analysis::sweep_text(read_sweep(record::ResultReader(result_path()))));
    if (!best.empty()) terminal_.line("wrote " + best);
    terminal_.line(fmt::format("wrote {} in {:.1f} s{}", result_path(), seconds,
                               interrupted ? ", interrupted; --resume goes on" : ""));
    report_run(result_path(), terminal_);
  }

  config::Value draft_;
  std::string path_, name_;
  const Settings& settings_;
  Terminal& terminal_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  SweepPlan plan_;
  SweepChoice choice_;
  Built built_;  ///< of the first point, with the memory of the largest
  std::uint64_t seed_ = 1;
  double dt_ = 1;
  Shared shared_;
  std::optional<Parts> parts_;
};

}  // namespace

int run_sweep(config::Value draft, const std::string& path, const Settings& settings, Terminal& terminal, bool dry) {
  return SweepRun(std::move(draft), path, settings, terminal).run(dry);
}

}  // namespace cajal::app
