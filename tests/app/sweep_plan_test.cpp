#include "app/sweep_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/config/draft.hpp"
#include "sim/error.hpp"
#include "tests/catch.hpp"
#include "tests/record/temporary.hpp"

namespace cajal::app {

namespace {

/// The plan of a config's text; throws what is wrong with it.
SweepPlan plan_of(const std::string& text, std::size_t most = std::size_t(-1)) {
  const record::TemporaryDirectory directory;
  record::write_bytes(directory.file("a.toml"), text);
  const config::Value draft = config::read_draft(directory.file("a.toml"));
  std::vector<Diagnostic> diagnostics;
  SweepPlan plan = read_sweep_plan(config::Table(draft, "", diagnostics), most);
  config::raise(diagnostics);
  plan.search.reset();
  return plan;
}

std::vector<std::string> labels(const SweepPlan& plan) {
  std::vector<std::string> out;
  for (std::size_t p = 0; p < plan.points.size(); ++p) out.push_back(plan.label(p));
  return out;
}

std::vector<double> drawn_numbers(const SweepPlan& plan, std::size_t axis) {
  std::vector<double> out;
  std::optional<std::string> unit;
  for (const auto& values : plan.points) out.push_back(number_of(values[axis], unit).value());
  return out;
}

}  // namespace

TEST_CASE("a grid has all combinations, the last address changing fastest", "[sweep]") {
  const SweepPlan plan = plan_of("[sweep]\n\"let.g\" = [3.0, 4.5]\n\"a.b\" = [\"1 ms\", { kind = \"x\" }, true]\n");
  CHECK(labels(plan) == std::vector<std::string>{"let.g = 3.0, a.b = \"1 ms\"", "let.g = 3.0, a.b = { kind = \"x\" }",
                                                 "let.g = 3.0, a.b = true", "let.g = 4.5, a.b = \"1 ms\"",
                                                 "let.g = 4.5, a.b = { kind = \"x\" }", "let.g = 4.5, a.b = true"});
  CHECK(plan.settings == 6);
  CHECK(plan_of("[sweep]\n\"let.g\" = [3.0, 4.5]\n\"a.b\" = [1, 2, 3]\n", 4).points.size() == 4);
}

TEST_CASE("names of points sort like their numbers", "[sweep]") {
  std::string list = "[0";
  for (int i = 1; i < 100; ++i) list += ", " + std::to_string(i);
  CHECK(plan_of("[sweep]\n\"a.b\" = " + list + "]\n").name(7) == "07");
  CHECK(plan_of("[sweep]\n\"a.b\" = " + list + ", 100]\n").name(7) == "007");
  CHECK(plan_of("[sweep]\n\"a.b\" = [1]\n").name(0) == "0");
}

TEST_CASE("folds and seeds repeat a setting, unless the search says otherwise", "[sweep]") {
  const std::string sweep = "[sweep]\n\"data.split.fold\" = [0, 1, 2]\n\"a.b\" = [1, 2]\n";
  const SweepPlan plan = plan_of(sweep);
  CHECK(plan.settings == 2);
  CHECK(plan.setting == std::vector<std::size_t>{0, 1, 0, 1, 0, 1});
  CHECK(plan_of("search = { average = [] }\n" + sweep).settings == 6);
  CHECK(plan_of("search = { average = [\"a.b\"] }\n" + sweep).setting == std::vector<std::size_t>{0, 0, 1, 1, 2, 2});
}

TEST_CASE("a random search draws the same for a point, whatever is swept beside and however many points", "[sweep]") {
  const std::string head = "run.seed = 5\nsearch = { kind = \"random\", samples = ";
  const std::string ranges = " }\n[sweep]\n\"a.x\" = { log_uniform = [1e-5, 1e-1] }\n\"a.n\" = { integer = [8, 10] }\n";
  const SweepPlan few = plan_of(head + "5" + ranges), many = plan_of(head + "50" + ranges);
  const SweepPlan wider = plan_of(head + "5" + ranges + "\"a.y\" = { uniform = [\"-70 mV\", \"-0.05 V\"] }\n");
  for (std::size_t p = 0; p < 5; ++p) {
    CHECK(few.label(p) == many.label(p));
    CHECK(wider.label(p).starts_with(few.label(p) + ", a.y = \"-"));
    CHECK(wider.label(p).ends_with(" mV\""));
  }
  CHECK(few.label(0) != few.label(1));
  // The seed is the run's, where the search has none of its own.
  CHECK(plan_of("run.seed = 6\nsearch = { kind = \"random\", seed = 5, samples = 5" + ranges).label(3) == few.label(3));
  CHECK(plan_of("run.seed = 6\nsearch = { kind = \"random\", samples = 5" + ranges).label(3) != few.label(3));
}

TEST_CASE("what a random search draws is repeated with all folds and seeds", "[sweep]") {
  const SweepPlan plan = plan_of(
      "search = { kind = \"random\", samples = 3 }\n[sweep]\n\"run.seed\" = [7, 8]\n\"a.x\" = { uniform = [0, 1] }\n");
  CHECK(plan.setting == std::vector<std::size_t>{0, 0, 1, 1, 2, 2});
  for (std::size_t p = 0; p < 6; ++p) {
    CHECK(plan.points[p][0].integer == (p % 2 == 0 ? 7 : 8));
    CHECK(plan.points[p][1].real == plan.points[p - p % 2][1].real);
  }
  CHECK(plan.points[0][1].real != plan.points[2][1].real);
}

TEST_CASE("random values have their distributions", "[sweep]") {
  const SweepPlan plan = plan_of(
      "search = { kind = \"random\", samples = 4000 }\n[sweep]\n\"a.u\" = { uniform = [\"-1 mV\", \"0.003 V\"] }\n"
      "\"a.l\" = { log_uniform = [1e-4, 1] }\n\"a.i\" = { integer = [3, 6] }\n\"a.c\" = [\"x\", \"y\"]\n");
  // Counts of a share p of n draws stay within 4 standard deviations.
  const auto near = [](double count, double share) {
    return std::fabs(count - 4000 * share) < 4 * std::sqrt(4000 * share * (1 - share));
  };
  const auto uniform = drawn_numbers(plan, 0), logarithmic = drawn_numbers(plan, 1), whole = drawn_numbers(plan, 2);
  const auto within = [](const std::vector<double>& values, double low, double high) {
    return static_cast<double>(
        std::count_if(values.begin(), values.end(), [&](double v) { return v >= low && v < high; }));
  };
  for (double low = -1; low < 3; ++low) CHECK(near(within(uniform, low, low + 1), 0.25));
  for (double low = 1e-4; low < 0.5; low *= 10) CHECK(near(within(logarithmic, low, low * 10), 0.25));
  for (double n = 3; n <= 6; ++n) CHECK(near(within(whole, n, n + 0.5), 0.25));
  std::map<std::string, double> listed;
  for (const auto& values : plan.points) listed[values[3].text] += 1;
  CHECK(near(listed["x"], 0.5));
  CHECK(listed["x"] + listed["y"] == 4000);
}

TEST_CASE("a point's config has its values, and no sweep", "[sweep]") {
  const record::TemporaryDirectory directory;
  record::write_bytes(
      directory.file("a.toml"),
      "let = { g = 5.0, J = 2.0 }\nrun = { dt = \"= g * J * 1 ms\" }\n[sweep]\n\"let.g\" = [3.0, \"= 2 * J\"]\n");
  const std::string path = directory.file("a.toml");
  const config::Value draft = config::read_draft(path);
  std::vector<Diagnostic> diagnostics;
  const SweepPlan plan = read_sweep_plan(config::Table(draft, "", diagnostics), 100);
  const auto dt = [&](std::size_t point) {
    const config::Value root = config::resolve(point_draft(draft, plan, point, diagnostics), path);
    CHECK(root.find("sweep") == nullptr);
    return config::Table(root, "", diagnostics).table("run")->quantity("dt", "ms", 0);
  };
  CHECK(dt(0) == 6.0);
  CHECK(dt(1) == 8.0);
  CHECK(diagnostics.empty());
}

TEST_CASE("numbers of quantities are in the unit of the first", "[sweep]") {
  const auto text = [](const char* t) { return config::Value::of(t, {}); };
  std::optional<std::string> unit;
  CHECK(number_of(text("18 kHz"), unit) == 18.0);
  CHECK(*unit == "kHz");
  CHECK(number_of(text("500 Hz"), unit) == 0.5);
  CHECK_FALSE(number_of(text("5 mV"), unit));
  CHECK_FALSE(number_of(config::Value::of(5.0, {}), unit));
  CHECK_FALSE(number_of(text("5 apples"), unit));
  CHECK_FALSE(number_of(text("adam"), unit));
  unit.reset();
  CHECK(number_of(config::Value::of(5, {}), unit) == 5.0);
  CHECK_FALSE(number_of(text("5 mV"), unit));
}

}  // namespace cajal::app
