#include "app/simulation_phases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/steps.hpp"
#include "sim/config/text.hpp"

namespace cajal::app {

bool SimulationPhase::learns(const std::string& process) const {
  return all_learn || std::find(learn.begin(), learn.end(), process) != learn.end();
}

namespace {

/// Steps of the duration that a table gives; 0 where it gives none, with an error where that is no whole number.
std::int64_t read_duration(const config::Table& table, double duration, double dt) {
  if (!(duration > 0)) return 0;
  if (duration / dt > most_steps)
    table.error("duration", fmt::format("{:g} ms are {:g} steps of {:g} ms; at most {:g} are supported", duration,
                                        duration / dt, dt, most_steps));
  else if (const auto steps = steps_of(duration, dt))
    return *steps;
  else
    table.error("duration", no_multiple(duration, dt));
  return 0;
}

/// Which processes run in a phase.
void read_learn(const config::Table& table, const std::vector<std::string>& processes, SimulationPhase& phase) {
  phase.learn = table.texts("learn");
  const config::Value* given = table.peek("learn");
  if (!given) return;
  phase.all_learn = false;
  if (given->kind == config::Value::Kind::array && given->items.empty()) phase.learn.clear();
  for (const std::string& name : phase.learn)
    if (std::find(processes.begin(), processes.end(), name) == processes.end())
      table.error("learn", fmt::format("no process \"{}\" in [learn]{}", name,
                                       processes.empty() ? "" : config::alternatives(name, processes, "there are")));
}

/// The phases that the config lists; their durations must be good.
std::vector<SimulationPhase> read_list(const config::Table& root, const Run& run) {
  std::vector<std::string> processes;
  if (const config::Value* learn = root.peek("learn"); learn && learn->kind == config::Value::Kind::table)
    for (const auto& [name, entry] : learn->members) processes.push_back(name);
  std::vector<SimulationPhase> phases;
  std::int64_t begin = 0;
  for (const config::Table& table : root.list("phase")) {
    SimulationPhase phase;
    phase.name = table.required_text("name");
    if (const std::string wrong = config::wrong_name(phase.name); table.has("name") && !wrong.empty())
      table.error("name", wrong);
    if (!phase.name.empty() &&
        std::any_of(phases.begin(), phases.end(), [&](const auto& other) { return other.name == phase.name; }))
      table.error("name", fmt::format("a second phase \"{}\": results are filed under the name", phase.name));
    const double duration = table.required_quantity("duration", "ms", config::positive);
    const std::int64_t steps = table.has("duration") ? read_duration(table, duration, run.dt) : 0;
    phase.steps = {begin, begin + steps};
    begin += steps;
    read_learn(table, processes, phase);
    phases.push_back(std::move(phase));
  }
  return phases;
}

}  // namespace

std::vector<SimulationPhase> read_simulation_phases(const config::Table& root, Run& run) {
  const config::Value* value = root.peek("run");
  if (value && value->kind != config::Value::Kind::table) return {};
  const bool timed = value && value->find("duration");
  const std::size_t errors = root.diagnostics().size();
  const std::int64_t steps = timed ? read_duration(*root.table("run"), run.duration, run.dt) : 0;
  if (!root.has("phase")) {
    if (!timed) root.error("run", "missing key `duration`: how long to simulate, like \"1 s\"");
    return {{"", {0, steps}}};
  }
  std::vector<SimulationPhase> phases = read_list(root, run);
  if (root.diagnostics().size() > errors) return phases;
  if (phases.empty()) {
    root.error("phase", "no phase: nothing would run");
    return phases;
  }
  const std::int64_t sum = phases.back().steps.end;
  const double duration = static_cast<double>(sum) * run.dt;
  if (static_cast<double>(sum) > most_steps)
    root.error("phase", fmt::format("the phases have {:g} steps of {:g} ms; at most {:g} are supported",
                                    static_cast<double>(sum), run.dt, most_steps));
  else if (timed && steps != sum)
    root.table("run")->error(
        "duration", fmt::format("{:g} ms, but the phases last {:g} ms together: leave it out", run.duration, duration));
  run.duration = duration;
  return phases;
}

void write_phases(const record::Group& group, const std::vector<SimulationPhase>& phases, double dt) {
  if (phases.size() == 1 && phases[0].name.empty()) return;
  std::vector<std::string> names, learn;
  std::vector<double> start, stop;
  for (const SimulationPhase& p : phases) {
    names.push_back(p.name);
    start.push_back(static_cast<double>(p.steps.begin) * dt);
    stop.push_back(static_cast<double>(p.steps.end) * dt);
    learn.push_back(p.all_learn ? "all" : fmt::format("{}", fmt::join(p.learn, ", ")));
  }
  const std::vector<std::size_t> dims{phases.size()};
  const std::vector<std::string> axes{"phase"};
  group.write("phases/name", std::span<const std::string>(names), dims, {"", "name of each phase", axes});
  group.write("phases/t_start", start, dims, {"ms", "when it begins", axes});
  group.write("phases/t_stop", stop, dims, {"ms", "when it ends", axes});
  group.write("phases/learn", std::span<const std::string>(learn), dims,
              {"", "processes of [learn] that run in it; all: whatever there are", axes});
}

}  // namespace cajal::app
