#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/recorders.hpp"
#include "sim/config/table.hpp"

namespace cajal::app {

/// A number that a simulation must not have: not finite, or beyond the limit.
struct WrongNumber {
  std::string variable, variable_unit, population;
  std::size_t unit = 0;
  double value = 0, time = 0;                            ///< ms
  std::optional<std::pair<double, double>> before = {};  ///< the last good value, and when it was looked at
  double limit = 0;                                      ///< that it is beyond; 0: it is not finite

  std::string text() const;
};

/// `run.watchdog`.
struct WatchdogOptions {
  enum class Silent { warn, fail, off };
  double limit = 1e12;           ///< of the absolute value of every state variable, in its unit
  Silent silent = Silent::warn;  ///< what is done where a spiking population never fired

  /// Errors go to the diagnostics.
  static WatchdogOptions read(const config::Table& root);
};

/// Looks at intervals whether every state variable is still a number within the limit, and whether populations fire.
/// What it has seen can be saved in a checkpoint.
template <class Real>
class Watchdog final : public Recorder<Real> {
 public:
  Watchdog(Clock<Real>& clock, const WatchdogOptions& options, std::int64_t last_step);

  bool wants(std::size_t node) const override { return watched_[node]; }
  /// Throws NumericalError with population, unit, variable, time and the last good value.
  void take(Steps steps, const std::vector<std::vector<Emission<Real>>>& sent) override;
  void save(const record::Group& checkpoint) const override;
  void restore(const record::ResultReader& checkpoint, const std::string& path) override;

  /// Of windows of so many steps, or whole parts of them, those that suit the looks.
  std::int64_t window(std::int64_t steps) const;
  /// The state before step `step` is good: messages name it as the last that was.
  void begin(std::int64_t step);
  /// Spiking populations that have not fired since step 0.
  std::vector<std::string> silent() const;
  /// `watchdog/<node>/<variable>` of every node: the state that was last found good, and the one after `step`.
  void write(const record::Group& result, std::int64_t step) const;

 private:
  void look(std::int64_t step);
  double time(std::int64_t step) const { return static_cast<double>(step) * clock_.plan().dt; }

  Clock<Real>& clock_;
  WatchdogOptions options_;
  std::vector<bool> watched_, fired_;                 ///< by node
  std::vector<std::vector<std::vector<Real>>> good_;  ///< by node and column, at `looked_`
  std::int64_t looked_ = 0, every_ = 1000, last_step_;
};

}  // namespace cajal::app
