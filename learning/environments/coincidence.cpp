#include "learning/environments/coincidence.hpp"

#include "learning/environments/catalogue.hpp"

namespace cajal {

Outcome Coincidence::step(const Action& action, Draws&) {
  Outcome out;
  if (action.activity[1] > 0 && last_ && steps_ - *last_ <= window_) out = {true, -1, -1, 1, true, true};
  if (action.activity[0] > 0) last_ = steps_;
  ++steps_;
  return out;
}

namespace {

std::unique_ptr<Environment> read_coincidence(const EnvironmentRequest& request) {
  return std::make_unique<Coincidence>(request.intervals("window", 20, 1));
}

}  // namespace

EnvironmentKind coincidence_environment() {
  return {
      "coincidence",
      "a reward whenever one group fires soon after another",
      "reward 1 in each interval in which the second population fires, if the first one last fired at least one "
      "interval before and not longer ago than the window",
      "window (20 ms), a multiple of the interval; two populations in `action.of`: first, second",
      "Izhikevich 2007, Cerebral Cortex 17:2443, figure 1",
      R"(environment = { kind = "coincidence", interval = "1 ms", window = "20 ms", action = { of = ["A[0]", "B[0]"] }, reward = { to = "DA", delay = { uniform = ["1 s", "3 s"] }, scale = 0.5 } })",
      read_coincidence};
}

}  // namespace cajal
