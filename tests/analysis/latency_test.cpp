#include "analysis/latency.hpp"

#include "sim/config/table.hpp"
#include "tests/analysis/fake_subject.hpp"
#include "tests/catch.hpp"

namespace cajal::analysis {

namespace {

Findings measured(Subject& subject, const Questions& q) {
  const config::Value root = config::parse("[measure]\nm = {}", "test.toml");
  std::vector<Diagnostic> diagnostics;
  const config::Table table(root, "", diagnostics);
  return latency_measure().make(*table.table("measure")->table("m"), q).take(subject, q);
}

}  // namespace

TEST_CASE("points of latency are even and end with the trial") {
  CHECK(latency_steps(25, 8) == std::vector<std::int64_t>{4, 7, 10, 13, 16, 19, 22, 25});
  CHECK(latency_steps(3, 8) == std::vector<std::int64_t>{1, 2, 3});
  CHECK(latency_steps(1, 8) == std::vector<std::int64_t>{1});
}

TEST_CASE("the decision falls at 99 % of the last accuracy") {
  const double times[] = {1, 2, 3, 4}, rising[] = {0.5, 0.89, 0.9, 0.9}, falling[] = {0.9, 0.5, 0.5, 0.5};
  CHECK(decision_time(times, rising) == 3);
  CHECK(decision_time(times, falling) == 1);
}

TEST_CASE("latency is told in ms, and is none without time") {
  const Questions q = halves(20);
  FakeSubject subject = seer();
  subject.trial = 8;
  subject.known_after = 4;
  const Findings f = measured(subject, q);
  REQUIRE(f.rows.size() == 9);
  CHECK(f.rows[2].level == 1.5);
  CHECK(f.rows[2].value == 0.5);
  CHECK(f.rows[3].value == 1);
  CHECK(f.rows[8].measure == "decision_time");
  CHECK(f.rows[8].value == 2);
  subject.trial = subject.known_after = 1;
  const Findings at_once = measured(subject, q);
  REQUIRE(at_once.rows.size() == 2);
  CHECK(at_once.rows[0].level == 0);
  CHECK(at_once.rows[1].value == 0);
}

}  // namespace cajal::analysis
