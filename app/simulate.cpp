#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "app/checkpoint.hpp"
#include "app/connectivity_measure.hpp"
#include "app/experiment.hpp"
#include "app/interpretation.hpp"
#include "app/learning_process.hpp"
#include "app/measures.hpp"
#include "app/process_course.hpp"
#include "app/provenance.hpp"
#include "app/recorded.hpp"
#include "app/recording.hpp"
#include "app/report.hpp"
#include "app/simulation_phases.hpp"
#include "app/steps.hpp"
#include "app/weights.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"
#include "models/equations/entry.hpp"
#include "sim/clock.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

namespace {

template <class Real>
struct Simulation {
  std::unique_ptr<Network<Real>> network;
  std::vector<std::unique_ptr<Process<Real>>> processes;
  std::unique_ptr<EnvironmentLoop<Real>> environment;  ///< none: the network runs by itself
};

template <class Real>
Simulation<Real> build(const config::Table& root, const Experiment& e, const std::vector<NodeEntry>& nodes) {
  Simulation<Real> s;
  BuildRequest request{root, e.run.seed, e.run.dt, 0, false, {}, e.folder()};
  request.lists = false;
  request.nodes = &nodes;
  s.network = build_network<Real>(request);
  const bool whole = is_whole(root, *s.network);
  for (const auto& [name, entry] : root.tables("learn")) {
    if (const std::string wrong = config::wrong_name(name); !wrong.empty()) entry.error("", wrong);
    if (const config::Value* rule = entry.peek("rule"); rule && rule->text == "backprop") {
      entry.error("rule", "a gradient needs data: there is no `data` in this config");
      entry.skip();
      continue;
    }
    entry.required_choice("rule", process_names());
    auto p = whole ? make_process<Real>(entry, *s.network, e.run.dt) : nullptr;
    if (p)
      s.processes.push_back(std::move(p));
    else
      entry.skip();
  }
  put_in_order(s.processes);
  check_targets<Real>(s.processes, root.diagnostics());
  if (whole)
    s.environment = EnvironmentLoop<Real>::read({root, e.run.dt, e.run.seed}, *s.network);
  else if (const auto environment = root.table("environment"))
    environment->skip();
  if (root.diagnostics().empty()) make_weights(*s.network);
  return s;
}

void print_table(const std::vector<Measured>& rows, const std::vector<std::string>& populations, Terminal& terminal) {
  std::string text = fmt::format("\n{:<16} {:>10} {:>12} {:>10} {:>12}\n", "population", "units", "rate (Hz)", "ISI CV",
                                 "correlation");
  for (const std::string& p : populations) {
    const auto value = [&](const char* measure) {
      const auto m = std::find_if(rows.begin(), rows.end(),
                                  [&](const Measured& m) { return m.learner == p && m.measure == measure; });
      return m == rows.end() ? std::nullopt : std::optional(*m);
    };
    const auto shown = [&](const char* measure, int decimals) {
      const auto m = value(measure);
      return m ? fmt::format("{:.{}f}", m->value, decimals) : "-";
    };
    const auto rate = value("rate");
    text += fmt::format("{:<16} {:>10} {:>12} {:>10} {:>12}\n", p, rate ? fmt::format("{}", rate->n) : "-",
                        shown("rate", 3), shown("isi_cv", 3), shown("correlation", 4));
  }
  if (!populations.empty()) terminal.result(text);
  for (const Measured& m : rows)
    if (m.measure == connectivity_name || m.measure == connectivity_fit_name)
      terminal.result(fmt::format("{} of {}: {:.4f} ({:g} pairs)\n", m.measure, m.learner, m.value, m.n));
    else if (m.learner == "environment")
      terminal.result(fmt::format("{}, last quarter: {:.4g} (n = {:g})\n", m.measure, m.value, m.n));
}

/// Steps between two checkpoints; 0: none. Throws Error for what is no time.
std::int64_t checkpoint_steps(const Settings& settings, double dt) {
  // A run that goes on from a checkpoint makes others, at the same distance or none.
  if (settings.checkpoint_every.empty()) return 0;
  std::string why;
  const auto time = config::parse_quantity(settings.checkpoint_every, "ms", why);
  if (!time || !(*time > 0))
    throw Error(
        fmt::format("--checkpoint-every: expected a time, like \"500 ms\", found \"{}\"", settings.checkpoint_every));
  return std::max<std::int64_t>(1, std::llround(*time / dt));
}

Built built(const std::vector<RecordRequest>& requests, const SimulationMeasures& measures) {
  Built b;
  b.simulation = true;
  for (const RecordRequest& r : requests)
    if (r.kind == RecordRequest::Kind::spikes) b.names.insert(b.names.end(), r.of.begin(), r.of.end());
  if (measures.connectivity) b.names.push_back(measures.connectivity->record);
  b.measures = measures.names;
  return b;
}

/// What a simulation is run with, all of it read.
struct Plans {
  std::vector<RecordRequest> requests;
  SimulationMeasures measures;
  WatchdogOptions watchdog;
  std::vector<SimulationPhase> phases;
  std::int64_t steps = 0;
};

/// Throws Error where checkpoints are asked for that cannot be made.
template <class Real>
void check_checkpoints(const Settings& settings, const Simulation<Real>& s, const Plans& plans) {
  if (settings.checkpoint_every.empty() && !settings.resume) return;
  const auto refuse = [](const std::string& what) {
    throw Error("checkpoints hold no " + what + " yet: leave out --checkpoint-every and --resume");
  };
  if (s.environment) refuse("environment");
  for (const auto& p : s.processes)
    if (!p->resumes()) refuse("learn." + p->name() + " (" + std::string(p->rule()) + ")");
  for (const RecordRequest& r : plans.requests)
    if (r.kind == RecordRequest::Kind::weight && r.every > 0) refuse("weights over time (record." + r.name + ")");
}

/// Tells of populations that never fired in a run that is complete. Throws NumericalError where that is to fail.
template <class Real>
void check_silent(const Watchdog<Real>& watchdog, const WatchdogOptions& options, double duration,
                  const record::ResultFile& file, Terminal& terminal) {
  for (const std::string& name : watchdog.silent()) {
    const std::string line = fmt::format(
        "{} never fired in {:g} ms; run.watchdog = {{ silent = \"off\" }} where that is meant", name, duration);
    if (options.silent == WatchdogOptions::Silent::fail) throw NumericalError(line);
    file.log("warning: " + line);
    terminal.line("warning: " + line);
  }
}

/// A network that runs step by step and is recorded to a file.
template <class Real>
class RunningSimulation {
 public:
  RunningSimulation(const Experiment& e, const Settings& settings, Terminal& terminal, const record::ResultFile& file,
                    Simulation<Real>& s, const Plans& plans)
      : e_(e), settings_(settings), terminal_(terminal), file_(file), s_(s), plans_(plans) {
    provenance_ = provenance_of(e, settings);
    provenance_.t_start = 0;
    file.provenance(provenance_);
    Plan plan;
    plan.dt = e.run.dt;
    plan.window = std::min<std::int64_t>(64, recording_window(plans.requests, plans.steps));
    plan.seed = e.run.seed;
    clock_.emplace(*s.network, plan, settings.team(),
                   [&](double share) { terminal.progress("building", 100 * share, 100, "%"); });
    for (auto& p : s.processes) p->attach(*clock_);
    write_network(file, *s.network, "initial");
    write_plastic(file, *clock_, 0, "initial", recorded_weights());
    write_states("initial");
    std::vector<LearningProcess> learning;
    for (const auto& p : s_.processes) learning.push_back(learning_process(*p));
    write_learning_processes(file_, learning);
    write_phases(file, plans.phases, e.run.dt);
    interval_ = checkpoint_steps(settings, e.run.dt);
    recording_.emplace(file, *clock_, plans.requests, plans.measures, interval_ > 0,
                       Watchdog<Real>(*clock_, plans.watchdog, plans.steps));
    if (s.environment) recording_->add(std::make_unique<EnvironmentRecorder<Real>>(file, *s.environment));
  }

  int run(std::chrono::steady_clock::time_point started) {
    started_ = started;
    provenance_.build_seconds = since();
    const Checkpoint<Real> checkpoint(Checkpoint<Real>::path_of(e_.result_path(settings_)),
                                      provenance_.config + "\n" + version_text());
    try {
      advance(checkpoint);
    } catch (const NumericalError& error) {
      recording_->watchdog().write(file_, t_);
      file_.log(std::string("error: ") + error.what());
      write_numbers();
      throw;
    }
    if (!s_.processes.empty()) {
      write_network(file_, *s_.network, "final");
      write_plastic(file_, *clock_, t_, "final", recorded_weights());
    }
    write_states("final");
    write_numbers();
    const bool interrupted = stop_requested();
    if (!interrupted) check_silent(recording_->watchdog(), plans_.watchdog, simulated(), file_, terminal_);
    file_.finish(interrupted ? record::Status::interrupted : record::Status::complete);
    if (!interrupted && (interval_ > 0 || settings_.resume)) checkpoint.remove();
    if (!settings_.quiet) tell(interrupted);
    return interrupted ? 130 : 0;
  }

 private:
  double since() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count(); }
  double simulated() const { return static_cast<double>(t_) * e_.run.dt; }

  std::vector<std::string> recorded_weights() const {
    std::vector<std::string> out;
    for (const RecordRequest& r : plans_.requests)
      if (r.kind == RecordRequest::Kind::weight && r.weights.lists_all())
        out.insert(out.end(), r.of.begin(), r.of.end());
    return out;
  }

  void advance(const Checkpoint<Real>& checkpoint) {
    if (interval_ > 0) clock_->delivery().keep_history();
    clock_->reset_all();
    if (s_.environment) s_.environment->begin(*clock_);
    t_ = settings_.resume ? checkpoint.restore(*clock_, s_.processes, *recording_) : 0;
    recording_->watchdog().begin(t_);
    due_ = t_ + interval_;
    ProcessCourse<Real> course(s_.processes, e_.run.dt);
    for (const SimulationPhase& phase : plans_.phases) {
      if (t_ >= phase.steps.end || stop_requested()) continue;
      course.begin(phase, t_);
      advance(phase, course, checkpoint);
      course.end({phase.steps.begin, t_});
    }
  }

  void advance(const SimulationPhase& phase, ProcessCourse<Real>& course, const Checkpoint<Real>& checkpoint) {
    const std::int64_t block = recording_->watchdog().window(recording_window(plans_.requests, plans_.steps));
    while (t_ < phase.steps.end && !stop_requested()) {
      const Steps window{t_, std::min({phase.steps.end, window_end(block), course.next(t_)})};
      clock_->run(window, 1);
      t_ = window.end;
      course.act(t_);
      recording_->take(window);
      terminal_.progress(e_.run.name, simulated(), e_.run.duration);
      if (interval_ == 0 || t_ >= plans_.steps || (t_ < due_ && !stop_requested())) continue;
      checkpoint.save(*clock_, s_.processes, *recording_, t_);
      due_ = t_ + interval_;
    }
  }

  /// What processes have learned beside weights.
  void write_states(const std::string& when) const {
    for (const auto& p : s_.processes)
      for (const auto& s : p->state())
        file_.write("weights/" + s.name + "/" + when, s.values, {s.values.size()}, {s.unit, s.meaning, {"unit"}});
  }

  /// The next end of a block, at multiples of which recorders look, or of an interval of the environment.
  std::int64_t window_end(std::int64_t block) const {
    const auto next = [&](std::int64_t every) { return (t_ / every + 1) * every; };
    const std::int64_t end = next(block);
    return s_.environment ? std::min(end, next(s_.environment->interval())) : end;
  }

  /// Measures, timings and all that is known of the run at its end.
  void write_numbers() {
    provenance_.run_seconds = since() - *provenance_.build_seconds;
    const StepSeconds phases = clock_->phases();
    for (std::size_t p = 0; p < phases.size(); ++p)
      file_.group("timing").attribute(std::string(step_phase_names[p]), phases[p]);
    clock_->count();
    std::uint64_t synapses = 0;
    events_ = clock_->delivery().events();
    for (const auto& edge : s_.network->sparse) {
      events_ += edge->delivered;
      synapses += static_cast<std::uint64_t>(edge->count());
    }
    measure();
    write_measures(file_, rows_);
    provenance_.t_stop = simulated();
    provenance_.synapses = synapses;
    provenance_.synaptic_events = events_;
    provenance_.wall_seconds = since();
    provenance_.peak_memory = record::peak_memory();
    file_.provenance(provenance_);
  }

  void measure() {
    const SimulationMeasures& measures = plans_.measures;
    analysis::Recorded recorded{true, {}, recording_->spikes(), 0, simulated(), e_.run.seed};
    if (measures.needs_weights) {
      file_.flush();
      recorded.runs.emplace_back();
      recorded.runs[0].learner = e_.run.name;
      recorded.runs[0].seed = e_.run.seed;
      recorded.runs[0].path = "/";
      recorded.runs[0].edges = read_edges(record::ResultReader(file_.being_written()), "/");
    }
    Findings all;
    for (const auto& take : measures.of_results) all.add(take(recorded));
    for (const std::string& what : all.left_out) terminal_.line(what);
    write_findings(file_, all);
    rows_ = std::move(all.rows);
    for (Measured& m : recording_->measure(e_.run.seed, measures)) rows_.push_back(std::move(m));
  }

  void tell(bool interrupted) {
    print_table(rows_, recording_->populations(), terminal_);
    const double seconds = *provenance_.run_seconds;
    const std::string speed = t_ > 0 && seconds > 0
                                  ? fmt::format(": real-time factor {:.3g}, {:.3g} synaptic events/s",
                                                seconds / (simulated() * 1e-3), static_cast<double>(events_) / seconds)
                                  : "";
    terminal_.line(fmt::format("\nsimulated {:g} ms in {:.2f} s{}\nwrote {}{}", simulated(), seconds, speed,
                               e_.result_path(settings_), interrupted ? ", interrupted" : ""));
    report_run(e_.result_path(settings_), terminal_);
  }

  const Experiment& e_;
  const Settings& settings_;
  Terminal& terminal_;
  const record::ResultFile& file_;
  Simulation<Real>& s_;
  const Plans& plans_;
  record::Provenance provenance_;
  std::chrono::steady_clock::time_point started_;
  std::optional<Clock<Real>> clock_;
  std::optional<Recording<Real>> recording_;
  std::int64_t interval_ = 0, t_ = 0;  ///< steps between checkpoints; steps that were made
  std::int64_t due_ = 0;               ///< step of the next checkpoint
  std::uint64_t events_ = 0;
  std::vector<Measured> rows_;
};

template <class Real>
int simulate_as(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  const auto started = std::chrono::steady_clock::now();
  const config::Table root = e.table();
  for (const char* key : {"trial", "predict", "compare", "preprocess", "augment"})
    if (root.take(key)) root.error(key, "belongs to learning from data: there is no `data` in this config");
  Simulation<Real> s = build<Real>(root, e, with_models(root, node_catalogue(), equations_options(terminal, dry)));
  Plans plans;
  plans.phases = read_simulation_phases(root, e.run);
  plans.steps = plans.phases.empty() ? 0 : plans.phases.back().steps.end;
  plans.watchdog = WatchdogOptions::read(root);
  if (!root.has("node")) root.error("", "there is nothing to run: no [node] and no `data`");
  plans.requests = read_records(root, *s.network, e.run.dt);
  fit_ranges(root, s.processes, plans.requests);
  plans.measures = read_simulation_measures(root, e.run.duration, plans.requests);
  root.refuse_unused();
  config::raise(e.diagnostics);
  e.built = built(plans.requests, plans.measures);
  if (dry) {
    if (!settings.dry_run) return 0;
    terminal.result(fmt::format("{}\n{} steps of {:g} ms\n{}", config::write(e.root), plans.steps, e.run.dt,
                                network_summary(*s.network)));
    return 0;
  }

  check_checkpoints(settings, s, plans);
  checkpoint_steps(settings, e.run.dt);
  const record::ResultFile file = record::ResultFile::create(e.result_path(settings), settings.force);
  try {
    return RunningSimulation<Real>(e, settings, terminal, file, s, plans).run(started);
  } catch (const NumericalError& error) {
    file.attribute("failure", error.what());
    file.finish(record::Status::failed);
    throw;
  } catch (const OutputError& error) {
    throw FailedRun(error.what());
  }
}

}  // namespace

int simulate(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  return e.run.double_precision ? simulate_as<double>(e, settings, terminal, dry)
                                : simulate_as<float>(e, settings, terminal, dry);
}

}  // namespace cajal::app
