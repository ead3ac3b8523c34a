#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "learning/gradient/monitor.hpp"
#include "learning/gradient/penalty.hpp"
#include "learning/gradient/stop.hpp"
#include "learning/losses/loss.hpp"
#include "learning/optimizers/optimizer.hpp"
#include "learning/over_time.hpp"
#include "learning/schedules/schedule.hpp"

namespace cajal {

/// `rule = "backprop"` in `[learn]`.
struct GradientOptions {
  std::string name;  ///< of the process
  std::string of;    ///< node whose output the loss reads
  std::optional<Loss> loss;
  OverTime over_time = OverTime::mean;
  OptimizerKind optimizer;
  std::optional<Schedule> schedule;
  Penalty penalty;
  Clip clip;
  std::size_t batch = 32;  ///< 0: all training samples at once
  Stop stop;
  Monitor monitor = Monitor::validation_loss;
  bool keep_best = false;  ///< the weights of the best epoch are put back at the end of the training
  /// Which of the trained edges are its own, by their names in the network.
  std::function<bool(std::string_view edge)> trains = [](std::string_view) { return true; };

  /// Errors go to the diagnostics.
  static GradientOptions read(const std::string& name, const config::Table& learn);
  /// Whether something looks at what is monitored.
  bool monitors() const { return keep_best || stop.patience || (schedule && schedule->monitors()); }
};

}  // namespace cajal
