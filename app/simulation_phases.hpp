#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "sim/config/table.hpp"
#include "sim/record/result.hpp"
#include "sim/signal.hpp"

namespace cajal::app {

/// A stretch of a simulation, and which processes of `[learn]` run in it.
struct SimulationPhase {
  std::string name;
  Steps steps;
  bool all_learn = true;
  std::vector<std::string> learn = {};  ///< where not all do

  bool learns(const std::string& process) const;
};

/// The phases of a simulation, one after the other from step 0: `[[phase]]`, or one without a name that lasts
/// `run.duration`. Where there are phases, that is their sum; sets it. What is wrong goes to the diagnostics: then
/// there may be none.
std::vector<SimulationPhase> read_simulation_phases(const config::Table& root, Run& run);

/// `phases/`: name, t_start, t_stop, learn; nothing where there is one without a name.
void write_phases(const record::Group& group, const std::vector<SimulationPhase>& phases, double dt);

}  // namespace cajal::app
