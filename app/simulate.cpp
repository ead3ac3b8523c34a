#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "analysis/isi.hpp"
#include "analysis/rates.hpp"
#include "app/experiment.hpp"
#include "app/measures.hpp"
#include "app/provenance.hpp"
#include "app/recording.hpp"
#include "app/weights.hpp"
#include "learning/plasticity/catalogue.hpp"
#include "models/build.hpp"
#include "sim/clock.hpp"

namespace cajal::app {

namespace {

template <class Real>
struct Simulation {
  std::unique_ptr<Network<Real>> network;
  std::vector<std::unique_ptr<Process<Real>>> processes;
};

template <class Real>
Simulation<Real> build(const config::Table& root, const Experiment& e) {
  Simulation<Real> s;
  BuildRequest request{root, e.run.seed, e.run.dt, 0, false, 0, e.folder()};
  s.network = build_network<Real>(request);
  for (const auto& [name, entry] : root.tables("learn")) {
    if (const config::Value* rule = entry.peek("rule"); rule && rule->text == "backprop") {
      entry.error("rule", "a gradient needs data: there is no `data` in this config");
      entry.skip();
      continue;
    }
    entry.required_choice("rule", process_names());
    if (auto p = make_process<Real>(entry, *s.network)) s.processes.push_back(std::move(p));
    else entry.skip();
  }
  check_targets<Real>(s.processes, root.diagnostics());
  if (root.diagnostics().empty()) make_weights(*s.network);
  return s;
}

void print_table(const std::vector<Measured>& rows, const std::vector<std::string>& populations, Terminal& terminal) {
  std::string text = fmt::format("\n{:<16} {:>10} {:>12} {:>10}\n", "population", "units", "rate (Hz)", "ISI CV");
  for (const std::string& p : populations) {
    double rate = std::nan(""), cv = std::nan(""), n = 0;
    for (const Measured& m : rows) {
      if (m.learner != p) continue;
      if (m.measure == "rate") rate = m.value, n = m.n;
      if (m.measure == "isi_cv") cv = m.value;
    }
    text += fmt::format("{:<16} {:>10} {:>12.3f} {:>10}\n", p, n, rate, std::isnan(cv) ? "-" : fmt::format("{:.3f}", cv));
  }
  terminal.result(text);
}

template <class Real>
int simulate_as(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  const auto started = std::chrono::steady_clock::now();
  const auto since = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(); };
  const config::Table root = e.table();
  for (const char* key : {"trial", "predict", "phase", "compare", "preprocess"})
    if (root.has(key)) root.error(key, "belongs to learning from data: there is no `data` in this config");
  Simulation<Real> s = build<Real>(root, e);
  if (e.run.duration <= 0) root.error("run", "`duration` is missing: how long to simulate, like \"1 s\"");
  const std::int64_t steps = std::llround(e.run.duration / e.run.dt);
  if (e.run.duration > 0 && std::fabs(static_cast<double>(steps) * e.run.dt - e.run.duration) > 1e-6 * e.run.dt)
    root.error("run", fmt::format("the duration of {:g} ms is no multiple of dt = {:g} ms", e.run.duration, e.run.dt));
  const std::vector<std::string> measures = read_measures(root);
  const std::vector<RecordRequest> requests = read_records(root, *s.network, e.run.dt);
  root.refuse_unused();
  config::raise(e.diagnostics);
  if (dry) {
    if (!settings.dry_run) return 0;
    terminal.result(fmt::format("{}\n{} steps of {:g} ms\n{}", config::write(e.root), steps, e.run.dt, network_summary(*s.network)));
    return 0;
  }

  const record::ResultFile file = record::ResultFile::create(e.result_path(settings), settings.force);
  record::Provenance provenance = provenance_of(e, settings);
  provenance.t_start = 0;
  file.provenance(provenance);
  Plan plan;
  plan.dt = e.run.dt;
  plan.window = recording_window(requests, steps);
  plan.seed = e.run.seed;
  Clock<Real> clock(*s.network, plan, settings.team());
  for (auto& p : s.processes) p->attach(clock);
  write_network(file, *s.network, "initial");
  Recording<Real> recording(file, *s.network, requests, e.run.dt);
  provenance.build_seconds = since();

  for (auto& p : s.processes) p->begin_trial();
  clock.reset_all();
  std::int64_t t = 0;
  while (t < steps && !stop_requested()) {
    const Steps window{t, std::min(steps, t + plan.window)};
    clock.run(window, 1);
    recording.take(window);
    t = window.end;
    terminal.progress(e.run.name, static_cast<double>(t) * e.run.dt, e.run.duration);
  }
  provenance.run_seconds = since() - *provenance.build_seconds;
  for (auto& p : s.processes) p->end_batch({0, t}, 1);
  clock.count();
  std::uint64_t events = 0, synapses = 0;
  for (const auto& edge : s.network->sparse) {
    events += edge->delivered;
    synapses += edge->synapses.size();
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
  if (!settings.quiet) {
    print_table(rows, recording.populations(), terminal);
    terminal.line(fmt::format("\nsimulated {:g} ms in {:.2f} s: real-time factor {:.2f}, {:.3g} synaptic events/s\nwrote {}{}", simulated, *provenance.run_seconds,
                              *provenance.run_seconds / (simulated * 1e-3), static_cast<double>(events) / *provenance.run_seconds, e.result_path(settings), interrupted ? ", interrupted" : ""));
  }
  return interrupted ? 130 : 0;
}

}  // namespace

int simulate(Experiment& e, const Settings& settings, Terminal& terminal, bool dry) {
  return e.run.double_precision ? simulate_as<double>(e, settings, terminal, dry) : simulate_as<float>(e, settings, terminal, dry);
}

}  // namespace cajal::app
