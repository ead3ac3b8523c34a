#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "app/checkpoint.hpp"
#include "app/experiment.hpp"
#include "app/measures.hpp"
#include "app/provenance.hpp"
#include "app/recording.hpp"
#include "app/report.hpp"
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
    auto p = whole ? make_process<Real>(entry, *s.network) : nullptr;
    if (p)
      s.processes.push_back(std::move(p));
    else
      entry.skip();
  }
  check_targets<Real>(s.processes, root.diagnostics());
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
  terminal.result(text);
}

/// How many steps the run takes; what is wrong with its duration is an error.
std::int64_t read_steps(const config::Table& root, const Run& run) {
  const config::Value* table = root.peek("run");
  if (table && table->kind != config::Value::Kind::table) return 0;
  if (!table || !table->find("duration")) {
    root.error("run", "missing key `duration`: how long to simulate, like \"1 s\"");
    return 0;
  }
  if (run.duration <= 0) return 0;
  const config::Table t = *root.table("run");
  constexpr double most = 1e15;
  const double steps = run.duration / run.dt;
  if (steps > most)
    t.error("duration", fmt::format("{:g} ms are {:g} steps of {:g} ms; at most {:g} are supported", run.duration,
                                    steps, run.dt, most));
  else if (std::fabs(std::round(steps) - steps) > 1e-6)
    t.error("duration", fmt::format("{:g} ms is no multiple of dt = {:g} ms", run.duration, run.dt));
  else
    return std::llround(steps);
  return 0;
}

/// Throws NumericalError if a state has ceased to be finite: it would spread, or fall silent, unseen.
template <class Real>
void check_finite(const Network<Real>& network, std::int64_t step, double dt) {
  for (const auto& node : network.nodes)
    for (const auto& column : node->columns()) {
      const Real* const values = column.signal->at(step, 0);
      const Real* const wrong =
          std::find_if_not(values, values + node->size(), [](Real x) { return std::isfinite(x); });
      if (wrong == values + node->size()) continue;
      throw NumericalError(fmt::format("{} of {} (unit {}) is {} at {:g} ms; a smaller dt may help", column.name,
                                       node->name(), wrong - values, static_cast<double>(*wrong),
                                       static_cast<double>(step) * dt));
    }
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

/// Throws Error where checkpoints are asked for that cannot be made.
void check_checkpoints(const Settings& settings, bool learns) {
  if (settings.checkpoint_every.empty() && !settings.resume) return;
  if (learns) throw Error("checkpoints hold no processes of [learn] yet: leave out --checkpoint-every and --resume");
}

Built built(const std::vector<RecordRequest>& requests, const std::vector<SpikeMeasure>& measures) {
  Built b;
  b.simulation = true;
  for (const RecordRequest& r : requests)
    if (r.kind == RecordRequest::Kind::spikes) b.names.insert(b.names.end(), r.of.begin(), r.of.end());
  for (const SpikeMeasure& m : measures) b.measures.push_back(measured_as(m.name));
  return b;
}

template <class Real>
int run_steps(const Experiment& e, const Settings& settings, Terminal& terminal, const record::ResultFile& file,
              Simulation<Real>& s, const std::vector<RecordRequest>& requests,
              const std::vector<SpikeMeasure>& measures, std::int64_t steps,
              std::chrono::steady_clock::time_point started) {
  const auto since = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(); };
  record::Provenance provenance = provenance_of(e, settings);
  provenance.t_start = 0;
  file.provenance(provenance);
  Plan plan;
  plan.dt = e.run.dt;
  plan.window = std::min<std::int64_t>(64, recording_window(requests, steps));
  plan.seed = e.run.seed;
  Clock<Real> clock(*s.network, plan, settings.team(),
                    [&](double share) { terminal.progress("building", 100 * share, 100, "%"); });
  for (auto& p : s.processes) p->attach(clock);
  write_network(file, *s.network, "initial");
  const std::int64_t interval = checkpoint_steps(settings, e.run.dt);
  Recording<Real> recording(file, clock, requests, interval > 0);
  const Checkpoint<Real> checkpoint(Checkpoint<Real>::path_of(e.result_path(settings)),
                                    provenance.config + "\n" + version_text());
  provenance.build_seconds = since();

  for (auto& p : s.processes) p->begin_trial();
  if (interval > 0) clock.delivery().keep_history();
  clock.reset_all();
  std::int64_t t = settings.resume ? checkpoint.restore(clock, recording) : 0;
  const std::int64_t block = recording_window(requests, steps);
  std::int64_t due = t + interval, looked = t;
  while (t < steps && !stop_requested()) {
    const Steps window{t, std::min(steps, t + block)};
    clock.run(window, 1);
    recording.take(window);
    t = window.end;
    constexpr std::int64_t look_every = 1000;
    if (t >= steps || t >= looked + look_every) check_finite(*s.network, looked = t, e.run.dt);
    terminal.progress(e.run.name, static_cast<double>(t) * e.run.dt, e.run.duration);
    if (interval == 0 || t >= steps || (t < due && !stop_requested())) continue;
    checkpoint.save(clock, recording, t);
    due = t + interval;
  }
  provenance.run_seconds = since() - *provenance.build_seconds;
  const StepSeconds phases = clock.phases();
  for (std::size_t p = 0; p < phases.size(); ++p)
    file.group("timing").attribute(std::string(step_phase_names[p]), phases[p]);
  for (auto& p : s.processes) p->end_batch({0, t}, 1);
  clock.count();
  std::uint64_t events = clock.delivery().events(), synapses = 0;
  for (const auto& edge : s.network->sparse) {
    events += edge->delivered;
    synapses += static_cast<std::uint64_t>(edge->count());
  }
  if (!s.processes.empty()) write_network(file, *s.network, "final");
  const double simulated = static_cast<double>(t) * e.run.dt;
  std::vector<Measured> rows = recording.measure(e.run.seed, simulated, measures);
  write_measures(file, rows);
  provenance.t_stop = simulated;
  provenance.synapses = synapses;
  provenance.synaptic_events = events;
  provenance.wall_seconds = since();
  provenance.peak_memory = record::peak_memory();
  file.provenance(provenance);
  const bool interrupted = stop_requested();
  file.finish(interrupted ? record::Status::interrupted : record::Status::complete);
  if (!interrupted && (interval > 0 || settings.resume)) checkpoint.remove();
  if (!settings.quiet) {
    print_table(rows, recording.populations(), terminal);
    const double seconds = *provenance.run_seconds;
    const std::string speed = t > 0 && seconds > 0
                                  ? fmt::format(": real-time factor {:.3g}, {:.3g} synaptic events/s",
                                                seconds / (simulated * 1e-3), static_cast<double>(events) / seconds)
                                  : "";
    terminal.line(fmt::format("\nsimulated {:g} ms in {:.2f} s{}\nwrote {}{}", simulated, seconds, speed,
                              e.result_path(settings), interrupted ? ", interrupted" : ""));
    report_run(e.result_path(settings), terminal);
  }
  return interrupted ? 130 : 0;
}

template <class Real>
int simulate_as(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  const auto started = std::chrono::steady_clock::now();
  const config::Table root = e.table();
  for (const char* key : {"trial", "predict", "phase", "compare", "preprocess", "augment"})
    if (root.take(key)) root.error(key, "belongs to learning from data: there is no `data` in this config");
  Simulation<Real> s = build<Real>(root, e, with_models(root, node_catalogue(), equations_options(terminal, dry)));
  const std::int64_t steps = read_steps(root, e.run);
  if (!root.has("node")) root.error("", "there is nothing to run: no [node] and no `data`");
  const std::vector<SpikeMeasure> measures = read_spike_measures(root, e.run.duration);
  const std::vector<RecordRequest> requests = read_records(root, *s.network, e.run.dt);
  root.refuse_unused();
  config::raise(e.diagnostics);
  e.built = built(requests, measures);
  if (dry) {
    if (!settings.dry_run) return 0;
    terminal.result(fmt::format("{}\n{} steps of {:g} ms\n{}", config::write(e.root), steps, e.run.dt,
                                network_summary(*s.network)));
    return 0;
  }

  check_checkpoints(settings, !s.processes.empty());
  checkpoint_steps(settings, e.run.dt);
  const record::ResultFile file = record::ResultFile::create(e.result_path(settings), settings.force);
  try {
    return run_steps(e, settings, terminal, file, s, requests, measures, steps, started);
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
