#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  /// What the output is compared with: `label` is the class or the numbers of the sample, `input` the sample as it is
  /// before it is changed by an augmentation, `numbers` the same for all samples.
  enum class Target { label, input, numbers } target = Target::label;
  std::vector<double> numbers;  ///< of each part that is shown
  /// Samples are shown through ports of a node `switch`: the whole batch once through each of these, side by side.
  struct Shown {
    std::string node;
    std::vector<std::string> ports;
  };
  std::optional<Shown> shown;
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
  /// How many times a batch is shown side by side.
  std::size_t parts() const { return shown ? shown->ports.size() : 1; }
  /// Whether something looks at what is monitored.
  bool monitors() const { return keep_best || stop.patience || (schedule && schedule->monitors()); }
};

}  // namespace cajal
