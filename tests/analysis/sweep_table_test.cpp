#include "analysis/sweep_table.hpp"

#include <cmath>
#include <limits>

#include "analysis/report/report.hpp"
#include "tests/catch.hpp"

using namespace cajal::analysis;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

SweepTable example() {
  SweepTable t;
  t.axes = {{"let.g", {"3.0", "1.0"}, {3, 1}, ""}};
  t.columns = {{"mlp", "validate_accuracy", {0.5, 0.75}, {none, 0.01}}};
  t.points = {"0", "1"};
  t.states = {"", ""};
  t.chosen = 1;
  t.chosen_by = 0;
  t.choice = "chosen by validate_accuracy";
  return t;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

std::string section_of(const SweepTable& t) {
  report::Report r;
  r.sweep = t;
  return report::sweep_section(r);
}

}  // namespace

TEST_CASE("the table of a sweep marks what was chosen", "[sweep]") {
  CHECK(sweep_text(example()) ==
        "   point  let.g  validate_accuracy (%)\n"
        "   0      3.0                    50.00\n"
        "*  1      1.0              75.00 ±1.00\n"
        "* chosen by validate_accuracy\n");
}

TEST_CASE("of many settings the table shows those that do best", "[sweep]") {
  SweepTable t = example();
  CHECK(sweep_text(t, 1) ==
        "   point  let.g  validate_accuracy (%)\n"
        "*  1      1.0              75.00 ±1.00\n"
        "and 1 settings more, in the result and its report\n"
        "* chosen by validate_accuracy\n");
  t.columns[0].values = {none, 0.75};
  t.states[0] = "failed";
  CHECK(ranked(t) == std::vector<std::size_t>{1, 0});
  CHECK(sweep_text(t).find("- (failed)\n") != std::string::npos);
}

TEST_CASE("one swept address is drawn as a line with points, two as a map, more as dots", "[sweep]") {
  SweepTable t = example();
  const std::string line = section_of(t);
  CHECK(times(line, "class=\"line") == 1);
  CHECK(times(line, "class=\"mark") + times(line, "class=\"hollow") == 2);
  SECTION("a map") {
    t.axes.push_back({"a.b", {"\"x\"", "\"y\""}, {}, ""});
    const std::string map = section_of(t);
    CHECK(times(map, "class=\"fill right\"") == 2);
    CHECK(times(map, "class=\"chosen\"") == 1);
    CHECK(times(map, ">75.00</text>") == 1);
    // What was drawn at random fills no map.
    t.grid = false;
    CHECK(times(section_of(t), "class=\"fill right\"") == 0);
  }
  SECTION("dots") {
    for (const char* address : {"a.b", "a.c"}) t.axes.push_back({address, {"\"<x>\"", "\"y\""}, {}, ""});
    const std::string dots = section_of(t);
    CHECK(times(dots, "<figure") == 3);
    CHECK(times(dots, "class=\"line") == 0);
    CHECK(times(dots, "class=\"mark") + times(dots, "class=\"hollow") == 6);
    CHECK(dots.find("<x>") == std::string::npos);
  }
}

TEST_CASE("values over decades stand on a logarithmic axis", "[sweep]") {
  SweepTable t = example();
  t.axes = {{"rate", {"1e-4", "1e-2", "1"}, {1e-4, 1e-2, 1}, ""}};
  t.columns[0].values = {0.5, 0.75, 0.1};
  t.columns[0].deviation = {none, none, none};
  t.points = {"0", "1", "2"};
  t.states = {"", "", ""};
  const std::string text = section_of(t);
  // Equal factors, equal distances: the marker of 1e-2 is in the middle of the frame, from 58 to 440.
  CHECK(text.find("M249 ") != std::string::npos);
}

TEST_CASE("a sweep without any figure is still a report", "[sweep]") {
  SweepTable t = example();
  t.columns[0].values = {none, none};
  t.chosen.reset();
  CHECK(section_of(t).find("<table>") != std::string::npos);
  t.columns.clear();
  CHECK(section_of(t).find("let.g") != std::string::npos);
  CHECK(section_of(SweepTable()).empty());
}
