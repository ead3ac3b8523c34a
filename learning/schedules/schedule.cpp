#include "learning/schedules/schedule.hpp"

#include <algorithm>

namespace cajal {

std::vector<KindEntry> schedule_entries() {
  std::vector<KindEntry> entries = kind_entries<ScheduleKind>();
  for (KindEntry& entry : entries)
    if (entry.name == WarmUpSchedule::name)
      entry.options.push_back({"then", "none", "another schedule", "goes on with the rate"});
  return entries;
}

std::optional<Schedule> Schedule::read(const config::Table& learn, std::string_view key) {
  std::optional<Schedule> schedule;
  if (!learn.named(key)) return schedule;
  std::optional<config::Table> options;
  const ScheduleKind kind = read_kind<ScheduleKind>(learn, key, &options);
  schedule.emplace(kind);
  if (!options || !options->has("then")) return schedule;
  // Of another kind it stays unread, and is told as unknown.
  if (!std::holds_alternative<WarmUpSchedule>(kind)) return schedule;
  const ScheduleKind then = read_kind<ScheduleKind>(*options, "then");
  if (std::holds_alternative<WarmUpSchedule>(then))
    options->error("then", "a warm-up after a warm-up: name another schedule");
  schedule->kinds_.push_back(then);
  return schedule;
}

double Schedule::rate(double full, const Moment& now) const {
  // From the last to the first: what warms up scales what goes on with it.
  double rate = full;
  for (auto kind = kinds_.rbegin(); kind != kinds_.rend(); ++kind)
    rate = std::visit([&](const auto& each) { return each.rate(rate, now); }, *kind);
  return rate;
}

bool Schedule::monitors() const {
  return std::any_of(kinds_.begin(), kinds_.end(),
                     [](const ScheduleKind& kind) { return std::holds_alternative<PlateauSchedule>(kind); });
}

void Schedule::epoch_ended(double monitored, bool greater_is_better) {
  for (ScheduleKind& kind : kinds_)
    if (auto* plateau = std::get_if<PlateauSchedule>(&kind)) plateau->epoch_ended(monitored, greater_is_better);
}

}  // namespace cajal
