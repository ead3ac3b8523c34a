#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "learning/option.hpp"
#include "learning/schedules/cosine.hpp"
#include "learning/schedules/exponential.hpp"
#include "learning/schedules/one_cycle.hpp"
#include "learning/schedules/plateau.hpp"
#include "learning/schedules/step.hpp"
#include "learning/schedules/warm_up.hpp"

namespace cajal {

/// The catalogue: a schedule is one file and one word here.
using ScheduleKind =
    std::variant<StepSchedule, ExponentialSchedule, CosineSchedule, WarmUpSchedule, OneCycleSchedule, PlateauSchedule>;

/// What `describe` says of every schedule.
std::vector<KindEntry> schedule_entries();

/// How the rate of an optimizer changes while it trains.
class Schedule {
 public:
  explicit Schedule(ScheduleKind kind) : kinds_{std::move(kind)} {}
  /// `schedule = "one_cycle"`, `schedule = { kind = "step", every = 10, factor = 0.5 }`; nothing where there is none.
  /// Errors go to the diagnostics.
  static std::optional<Schedule> read(const config::Table& learn, std::string_view key = "schedule");

  /// The rate in force at a moment, of an optimizer whose config says `full`.
  double rate(double full, const Moment& now) const;
  /// Whether it looks at what is monitored (`plateau`).
  bool monitors() const;
  /// An epoch ended with this value of what is monitored.
  void epoch_ended(double monitored, bool greater_is_better);

 private:
  std::vector<ScheduleKind> kinds_;  ///< a warm-up, perhaps, and what goes on with it
};

}  // namespace cajal
