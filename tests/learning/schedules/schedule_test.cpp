#include "learning/schedules/schedule.hpp"

#include <cmath>

#include "tests/catch.hpp"
#include "tests/reference/json.hpp"

using namespace cajal;

namespace {

std::optional<Schedule> read(const std::string& text, std::vector<Diagnostic>& found) {
  const config::Value root = config::parse("[learn.bp]\n" + text, "test.toml");
  const config::Table table(*root.find("learn")->find("bp"), "learn.bp", found);
  auto schedule = Schedule::read(table);
  table.refuse_unused();
  return schedule;
}

/// The rates of PyTorch, which counts a call as an epoch or as a step.
void check_rates(const std::string& run, const std::string& text, const Moment& last) {
  const auto expected = reference::read_json("pytorch/lr_schedules.json")["runs"][run].numbers();
  std::vector<Diagnostic> found;
  const auto schedule = read(text, found);
  REQUIRE(found.empty());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    CAPTURE(run, k);
    const auto n = static_cast<std::int64_t>(k);
    CHECK(schedule->rate(0.1, {n, last.epochs, n, last.steps}) == Approx(expected[k]).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("schedules give the rates of PyTorch's") {
  check_rates("StepLR(3,.5)", "schedule = { kind = 'step', every = 3, factor = 0.5 }", {0, 11, 0, 11});
  check_rates("ExponentialLR(.9)", "schedule = { kind = 'exponential', factor = 0.9 }", {0, 11, 0, 11});
  check_rates("CosineAnnealingLR(T=10,eta_min=.001)", "schedule = { kind = 'cosine', least = 0.001 }", {0, 10, 0, 11});
  check_rates("CosineAnnealingLR(T=10,eta_min=.001)", "schedule = { kind = 'cosine', epochs = 10, least = 0.001 }",
              {0, 99, 0, 11});
  check_rates("OneCycleLR(max .1,total 12)", "schedule = 'one_cycle'", {0, 12, 0, 12});
}

TEST_CASE("a warm-up rises linearly and then leaves the rate to what follows") {
  std::vector<Diagnostic> found;
  const auto alone = read("schedule = { kind = 'warm_up', steps = 4, start = 0.2 }", found);
  const auto then = read(
      "schedule = { kind = 'warm_up', steps = 4, start = 0.2, then = { kind = 'exponential', factor = 0.5 } }", found);
  REQUIRE(found.empty());
  for (std::int64_t step = 0; step < 10; ++step) {
    const double share = std::min(1.0, 0.2 + 0.2 * static_cast<double>(step));
    const Moment now{step / 3, 4, step, 12};
    CHECK(alone->rate(2, now) == Approx(2 * share));
    CHECK(then->rate(2, now) == Approx(2 * share * std::pow(0.5, static_cast<double>(step / 3))));
  }
  CHECK_FALSE(then->monitors());
}

TEST_CASE("the rate falls on a plateau, after patience, and no lower than the least") {
  std::vector<Diagnostic> found;
  auto schedule =
      read("schedule = { kind = 'plateau', factor = 0.1, patience = 1, threshold = 0.1, least = 0.002 }", found);
  REQUIRE(found.empty());
  CHECK(schedule->monitors());
  // PyTorch: ReduceLROnPlateau(factor=0.1, patience=1, threshold=0.1, min_lr=0.002) after each of these losses.
  const std::vector<double> losses{1, 0.95, 0.92, 0.8, 0.79, 0.78, 0.5, 0.5, 0.5, 0.5, 0.5};
  const std::vector<double> rates{0.1, 0.1, 0.01, 0.01, 0.01, 0.002, 0.002, 0.002, 0.002, 0.002, 0.002};
  for (std::size_t k = 0; k < losses.size(); ++k) {
    schedule->epoch_ended(losses[k], false);
    CAPTURE(k);
    CHECK(schedule->rate(0.1, {}) == Approx(rates[k]));
  }
  auto accuracy = read("schedule = { kind = 'plateau', patience = 0 }", found);
  accuracy->epoch_ended(0.5, true);
  accuracy->epoch_ended(0.6, true);
  CHECK(accuracy->rate(1, {}) == 1);
  accuracy->epoch_ended(0.6, true);
  CHECK(accuracy->rate(1, {}) == Approx(0.1));
}

TEST_CASE("each wrong option of a schedule is one error") {
  for (const char* text :
       {"schedule = 'stp'", "schedule = 'step'", "schedule = { kind = 'step', every = 0 }",
        "schedule = { kind = 'step', every = 2, factor = 0 }", "schedule = { every = 2 }", "schedule = 3",
        "schedule = { kind = 'cosine', least = -1 }", "schedule = { kind = 'cosine', then = 'one_cycle' }",
        "schedule = { kind = 'plateau', factor = 1 }", "schedule = { kind = 'warm_up', steps = 5, then = 'cosin' }",
        "schedule = { kind = 'warm_up', steps = 5, then = { kind = 'warm_up', steps = 2 } }",
        "schedule = { kind = 'one_cycle', share = 1 }"}) {
    std::vector<Diagnostic> found;
    read(text, found);
    CAPTURE(text);
    CHECK(found.size() == 1);
  }
  std::vector<Diagnostic> found;
  CHECK_FALSE(read("", found));
  CHECK(found.empty());
}

TEST_CASE("the snippet of each schedule is a config that reads as it") {
  REQUIRE(schedule_entries().size() == std::variant_size_v<ScheduleKind>);
  for (const KindEntry& entry : schedule_entries()) {
    std::vector<Diagnostic> found;
    CHECK(read(entry.snippet, found));
    CAPTURE(entry.name);
    CHECK(found.empty());
    CHECK(!entry.meaning.empty());
  }
}
