#include "learning/environments/instrumental.hpp"

#include <fmt/format.h>

#include "learning/environments/catalogue.hpp"

namespace cajal {

Outcome Instrumental::step(const Action& action, Draws&) {
  Outcome out;
  // Steps since the onset of the stimulus that was last shown; this one included.
  const std::int64_t since = steps_ % options_.period + 1;
  if (steps_ >= options_.period && since <= options_.response) {
    first_ += action.activity[0];
    second_ += action.activity[1];
    if (since == options_.response) {
      const std::int64_t chosen = first_ > second_ ? 0 : second_ > first_ ? 1 : -1, best = right();
      out = {true, chosen, best, chosen == best ? 1.0 : 0.0, true, true};
      first_ = second_ = 0;
      ++trials_;
    }
  }
  ++steps_;
  shown_ = steps_ >= options_.period && steps_ % options_.period < options_.stimulus ? 1 : 0;
  return out;
}

namespace {

std::unique_ptr<Environment> read_instrumental(const EnvironmentRequest& request) {
  const config::Table& table = request.table;
  const std::size_t errors = table.diagnostics().size();
  Instrumental::Options o;
  o.period = request.intervals("period", 10000, 1);
  o.stimulus = request.intervals("stimulus", 1, 1);
  o.response = request.intervals("response", 20, 1);
  o.switch_after = table.integer("switch_after", 0, 0, std::int64_t{1} << 40);
  if (table.diagnostics().size() > errors) return nullptr;
  for (const auto& [key, steps] : {std::pair{"stimulus", o.stimulus}, std::pair{"response", o.response}})
    if (steps >= o.period)
      table.error(
          table.has(key) ? key : "period",
          fmt::format("`{}` must be shorter than the period, which has {} intervals; it has {}", key, o.period, steps));
  return table.diagnostics().size() > errors ? nullptr : std::make_unique<Instrumental>(o);
}

}  // namespace

EnvironmentKind instrumental_environment() {
  return {
      "instrumental",
      "a stimulus, and a reward if of two groups the right one answers more",
      "at every multiple of the period the observation is 1 for the length of the stimulus; if the right group "
      "fires more in the response window than the other: reward 1",
      "period (10 s), stimulus (1 ms), response (20 ms): multiples of the interval; switch_after (0: never): "
      "stimuli\n  until the other group is the right one, and so on; two populations in `action.of`, the first is "
      "right at first",
      "Izhikevich 2007, Cerebral Cortex 17:2443, figure 4",
      R"(environment = { kind = "instrumental", interval = "1 ms", period = "200 ms", observe = { to = "S", max = "100 Hz" }, action = { of = ["A", "B"] }, reward = { to = "DA", delay = { uniform = ["0 s", "1 s"] } } })",
      read_instrumental};
}

}  // namespace cajal
